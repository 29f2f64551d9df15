import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
export const toolsFolder = join(root, ".tools");
export const cacheFolder = join(root, ".cache");

/** The environment of every step: no telemetry, and nothing of the npm that started us that another npm or pnpm would take for its own. */
export function stepEnvironment(extra = {}) {
  const env = { npm_config_fetch_retry_mintimeout: "2000", npm_config_fetch_retry_maxtimeout: "10000", ...process.env };
  for (const name of Object.keys(env)) if (/^npm_(package|lifecycle|command|config_(local_prefix|prefix|global_prefix|noproxy))/i.test(name)) delete env[name];
  const settings = {
    TURBO_TELEMETRY_DISABLED: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    CHECKPOINT_DISABLE: "1",
    npm_config_manage_package_manager_versions: "false",
    npm_config_update_notifier: "false",
  };
  return { ...env, ...settings, ...extra };
}

/** The same with a folder in front of PATH. */
export function withPath(env, folder) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...env, [name]: folder + delimiter + (env[name] ?? "") };
}

export function requireWritableFolder() {
  try {
    accessSync(root, constants.W_OK);
    for (const folder of [cacheFolder, toolsFolder]) mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Failure(`${root} cannot be written (${error.code}).`, "Clone the repository into a folder of your own: packages are installed into it.");
  }
}
