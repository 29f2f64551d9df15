import { TenfoldError } from "@tenfold/catalog";
import { type LocalFile, type Platform, timerClock } from "@tenfold/core";
import type { TenfoldAppleModule } from "../native-module.ts";
import { createAppleDevice } from "./apple-device.ts";
import { createAppleFiles } from "./apple-files.ts";
import { createAppleGet } from "./apple-get.ts";
import { findModule } from "./find-module.ts";
import { fromModule } from "./from-module.ts";

export interface ApplePlatformOptions {
  /** Used for what is small, in place of React Native's own. */
  fetch?: typeof globalThis.fetch;
  /** The Expo module. Default: the application's. */
  module?: TenfoldAppleModule;
}

/**
 * iOS in React Native: the store lies in the application's own folder, hashes are computed in Swift, and downloads go on where they
 * stopped when the application is opened again; while it is suspended they wait.
 * @throws TenfoldError `framework-unavailable` in an application without the Expo module.
 */
export function applePlatform({ fetch, module = requireModule() }: ApplePlatformOptions = {}): Platform {
  return {
    name: "react-native",
    os: "ios",
    architecture: "arm64",
    files: createAppleFiles(module),
    // Not bound to the options: React Native's wants its own global.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    get: createAppleGet(module),
    clock: timerClock,
    sha256() {
      const hash = module.openHash();
      return { update: (bytes) => module.updateHash(hash, bytes), digest: () => module.digestHash(hash) };
    },
    device: createAppleDevice(module),
    openLocal: (path) => openLocal(module, path),
  };
}

function requireModule(): TenfoldAppleModule {
  const module = findModule();
  if (module) return module;
  throw new TenfoldError("framework-unavailable", "The Expo module TenfoldApple is not in this application.", {
    remedy: "Build the application with it: npx expo prebuild, then npx expo run:ios. Expo Go does not have it.",
  });
}

async function openLocal(module: TenfoldAppleModule, path: string): Promise<LocalFile[]> {
  const files = await module.listLocal(path).catch((error: unknown) => {
    throw fromModule(error, "invalid-input", `There is no file or folder ${path}`);
  });
  return files.map(({ path: name, location, sizeBytes }) => ({
    path: name,
    sizeBytes,
    location: () => location,
    read: ({ start, end } = { start: 0, end: -1 }) => module.readLocal(location, start, end),
  }));
}
