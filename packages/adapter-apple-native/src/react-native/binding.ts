import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import type { InstalledFile } from "@tenfold/core";
import { readDescription } from "../apple/apple-description.ts";
import { describedFramework } from "../apple/described-framework.ts";
import type { Binding, WithFolder } from "../binding.ts";
import type { TenfoldAppleModule } from "../native-module.ts";
import { fromModule } from "./from-module.ts";
import { openSession } from "./open-session.ts";

const rebuild = "Install the present version of @tenfold/adapter-apple-native and build the application again.";

export interface ModuleBindingParts {
  findModule: () => TenfoldAppleModule | undefined;
  random: () => number;
}

/** Apple's frameworks in React Native: Swift in this process, behind the Expo module. */
export function createModuleBinding(profile: FrameworkProfile, { findModule, random }: ModuleBindingParts): Binding {
  const { framework, name } = profile;
  return {
    async find({ platform }) {
      const unavailable = (reason: string, remedy: string) => new TenfoldError("framework-unavailable", reason, { framework, remedy });
      if (platform.os === "android") throw unavailable(`${name} runs on Apple's systems only; this is Android.`, "Choose a variant in GGUF or ONNX.");
      const module = findModule();
      if (!module) {
        throw unavailable(
          "The Expo module TenfoldApple is not in this application.",
          "Build the application with it: npx expo prebuild, then npx expo run:ios. Expo Go does not have it.",
        );
      }
      const text = await module.describe().catch((error: unknown) => {
        throw fromModule(error, "framework-unavailable", `${name} does not run here`);
      });
      return {
        ...describedFramework(readDescription(text, "TenfoldApple", rebuild), profile, rebuild),
        start: async () => openSession(module),
        withFolder: createModuleFolder(module, framework, random),
      };
    },
  };
}

/** In the store, so that files are shown by links or clones, and never copied. */
function createModuleFolder(module: TenfoldAppleModule, framework: string, random: () => number): WithFolder {
  return async (files, use) => {
    if (files.size === 0) return use("");
    const folder = `shown/${framework}-${random().toString(36).slice(2)}`;
    try {
      for (const [name, file] of files) await module.bringIn(placeOf(file, framework), `${folder}/${name}`);
      return await use(`${module.home}/${folder}`);
    } finally {
      await module.remove(folder);
    }
  };
}

function placeOf({ path, location }: InstalledFile, framework: string): string {
  if (!location) throw new TenfoldError("unsupported-format", `${path} has no place where native code can open it.`, { framework });
  return location();
}
