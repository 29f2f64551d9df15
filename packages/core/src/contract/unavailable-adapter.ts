import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import type { Adapter, AdapterContext } from "./adapter.ts";

/** For adapters: a framework where there is no binding for it. It says so, and why, from its profile. */
export function createUnavailableAdapter(profile: FrameworkProfile): Adapter {
  const { framework, name, formats, platforms } = profile;
  const why = ({ platform }: AdapterContext) => {
    const support = platforms[platform.name];
    if (!support.supported) return { reason: support.reason, remedy: support.remedy ?? "Choose a framework that runs here." };
    return {
      reason: "This build was made for another platform than the one it runs on.",
      remedy: `Let the bundler resolve ${profile.package} with the condition ${conditionsOf(platforms)}.`,
    };
  };
  return {
    framework,
    formats,
    profile,
    probe: async (context) => ({ available: false, ...why(context) }),
    async load(_model, context) {
      const { reason, remedy } = why(context);
      throw new TenfoldError("framework-unavailable", `${name} does not run here. ${reason}`, { framework, remedy });
    },
  };
}

/** "`node`, `browser` or `react-native`": where the package has an entry that runs. */
function conditionsOf(platforms: FrameworkProfile["platforms"]): string {
  const names = Object.entries(platforms).flatMap(([name, { supported }]) => (supported ? [`\`${name}\``] : []));
  const last = names.pop() ?? "";
  return names.length > 0 ? `${names.join(", ")} or ${last}` : last;
}
