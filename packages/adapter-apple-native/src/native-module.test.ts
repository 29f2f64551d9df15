import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { moduleName } from "./native-module.ts";
import { appleHostPart } from "./parts.ts";

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), "utf8");
const namesIn = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name))].sort();

test("Swift defines what TypeScript declares of the module: the same functions, the same events, the same name", async () => {
  const [declared, swift] = await Promise.all([read("src/native-module.ts"), read("ios/TenfoldAppleModule.swift")]);
  const functions = namesIn(declared, /^ {2}(\w+)\(/gm).filter((name) => name !== "addListener" && name !== "remove");
  expect(functions.length).toBeGreaterThan(25);
  expect(namesIn(swift, /(?:Async)?Function\("(\w+)"\)/g)).toEqual([...functions, "remove"].sort());
  expect(namesIn(swift, /Constant\("(\w+)"\)/g)).toEqual(namesIn(declared, /^ {2}readonly (\w+):/gm));
  const events = namesIn(declared, /addListener\(event: "(\w+)"/g);
  expect(namesIn(/Events\((.*)\)/.exec(swift)?.[1] ?? "", /"(\w+)"/g)).toEqual(events);
  expect(/Name\("(\w+)"\)/.exec(swift)?.[1]).toBe(moduleName);
});

test("asynchronous in Swift is what is a promise in TypeScript", async () => {
  const [declared, swift] = await Promise.all([read("src/native-module.ts"), read("ios/TenfoldAppleModule.swift")]);
  const promises = namesIn(declared, /^ {2}(\w+)\(.*\): Promise</gm);
  expect(namesIn(swift, /AsyncFunction\("(\w+)"\)/g)).toEqual(promises);
});

test("one version of the package, one name of the pod", async () => {
  const [manifest, podspec, expo] = await Promise.all([read("package.json"), read("TenfoldApple.podspec"), read("expo-module.config.json")]);
  expect(appleHostPart.version).toBe(JSON.parse(manifest).version);
  expect(podspec).toContain(`s.name = '${moduleName}'`);
  expect(JSON.parse(expo).apple).toEqual({ modules: ["TenfoldAppleModule"], podspecPath: "TenfoldApple.podspec" });
  for (const file of [expo, podspec].flatMap((text) => namesIn(text, /'(ios\/PrivacyInfo\.xcprivacy)'/g)))
    expect(await read(file)).toContain("NSPrivacyTracking");
});

test("the pod links the versions that the Swift package has, for the same oldest iOS", async (context) => {
  const place = fileURLToPath(new URL("../swift/Package.swift", import.meta.url));
  if (!existsSync(place)) return context.skip("the Swift package is not in this checkout");
  const [swift, podspec, plugin] = await Promise.all([readFile(place, "utf8"), read("TenfoldApple.podspec"), read("app.plugin.cjs")]);
  const ofSwift = [...swift.matchAll(/\.package\(url: "(.+?)", exact: "(.+?)"\)/g)].map(([, url, version]) => [url, version]);
  const ofPod = [...podspec.matchAll(/url: '(.+?)',\s*requirement: \{ kind: 'exactVersion', version: '(.+?)' \}/g)].map(([, url, version]) => [url, version]);
  expect(ofPod.length).toBeGreaterThan(1);
  expect(ofPod).toEqual(ofSwift);
  const oldest = /\.iOS\(\.v(\d+)\)/.exec(swift)?.[1];
  expect(podspec).toContain(`ios: '${oldest}.0'`);
  expect(plugin).toContain(`oldestIos = "${oldest}.0"`);
});
