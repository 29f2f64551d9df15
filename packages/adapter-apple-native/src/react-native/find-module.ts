import { moduleName, type TenfoldAppleModule } from "../native-module.ts";

/** Where Expo keeps native modules: what `requireNativeModule` looks at, without a package that is not there elsewhere. */
interface ExpoGlobal {
  expo?: { modules?: Readonly<Record<string, unknown>> };
}

/** The module, in an application that was built with it. */
export function findModule(): TenfoldAppleModule | undefined {
  return (globalThis as ExpoGlobal).expo?.modules?.[moduleName] as TenfoldAppleModule | undefined;
}
