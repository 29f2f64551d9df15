import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fullTests, needFullTests } from "../vitest/requirement.ts";
import { installPacked } from "./install-packed.mjs";

const run = promisify(execFile);
const minutes = 60_000;
const name = "@tenfold/adapter-apple-native";
/** Expo's newest that runs on Node 20; its own `@expo/env` wants a newer one. */
const expo = { expo: "57.0.26", "@expo/env": "2.4.3", react: "19.2.3", "react-native": "0.86.3" };

// No Mac is needed for what Expo does before Xcode.
describe("the packed package in an Expo application", () => {
  let folder: string;
  const call = (command: string, ...words: string[]) =>
    run(join(folder, "node_modules/.bin", command), words, { cwd: folder, env: { ...process.env, CI: "1", EXPO_NO_TELEMETRY: "1" }, maxBuffer: 2 ** 26 });

  beforeAll(async () => {
    if (!fullTests) return;
    folder = await mkdtemp(join(tmpdir(), "expo-"));
    await installPacked([name], { folder, others: expo });
    const ios = { bundleIdentifier: "org.example.demo" };
    await writeFile(join(folder, "app.json"), JSON.stringify({ expo: { name: "demo", slug: "demo", ios, plugins: [name] } }));
    await writeFile(join(folder, "index.js"), "");
  }, 15 * minutes);
  afterAll(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  test("autolinking finds the module and its pod", { timeout: 5 * minutes }, async (context) => {
    needFullTests(context);
    const { stdout } = await call("expo-modules-autolinking", "resolve", "-p", "apple", "--json");
    const { modules } = JSON.parse(stdout) as { modules: { packageName: string; pods: { podName: string }[]; modules: { class: string }[] }[] };
    expect(modules.find(({ packageName }) => packageName === name)).toMatchObject({
      pods: [{ podName: "TenfoldApple" }],
      modules: [{ class: "TenfoldAppleModule" }],
    });
    const found = await call("expo-modules-autolinking", "search", "-p", "apple", "--json");
    expect(Object.keys(JSON.parse(found.stdout))).toContain(name);
  });

  test("prebuild writes the entitlements and the oldest iOS", { timeout: 5 * minutes }, async (context) => {
    needFullTests(context);
    await call("expo", "prebuild", "--platform", "ios", "--no-install");
    const properties = JSON.parse(await readFile(join(folder, "ios/Podfile.properties.json"), "utf8"));
    expect(properties).toMatchObject({ "ios.deploymentTarget": "17.0", "ios.useFrameworks": "dynamic" });
    const entitlements = await readFile(join(folder, "ios/demo/demo.entitlements"), "utf8");
    expect(entitlements).toMatch(/increased-memory-limit<\/key>\s*<true\/>/);
    const project = await readFile(join(folder, "ios/demo.xcodeproj/project.pbxproj"), "utf8");
    expect([...new Set(project.match(/IPHONEOS_DEPLOYMENT_TARGET = [\d.]+/g))]).toEqual(["IPHONEOS_DEPLOYMENT_TARGET = 17.0"]);
  });

  test("it brings all that the pod compiles, and nothing that was built", async (context) => {
    needFullTests(context);
    const files = (await readdir(join(folder, "node_modules", name), { recursive: true })).map(String);
    for (const file of ["TenfoldApple.podspec", "expo-module.config.json", "app.plugin.cjs", "ios/TenfoldAppleModule.swift", "ios/PrivacyInfo.xcprivacy"])
      expect(files).toContain(file);
    expect(files.filter((file) => /(?:^|\/)(?:\.build|Tests|Stubs)(?:\/|$)/.test(file))).toEqual([]);
  });

  test("its probe explains itself without Xcode", async (context) => {
    needFullTests(context);
    const source = `
      import * as apple from ${JSON.stringify(name)};
      const context = { platform: { name: "node", os: process.platform, architecture: process.arch }, nativeParts: new Map(), log() {} };
      const said = [];
      for (const one of [apple.coreMl(), apple.swiftTransformers(), apple.foundationModels()]) said.push(await one.probe(context));
      process.stdout.write(JSON.stringify(said));`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", source], { cwd: folder });
    for (const support of JSON.parse(stdout))
      expect(support).toMatchObject({ available: false, reason: expect.any(String), remedy: expect.stringMatching(/\.$/) });
  });
});
