// Makes a minimal Expo application with the packed package and builds it for the simulator: node verify/build-application.mjs FOLDER, on a Mac.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { installPacked } from "../../../tooling/packed/install-packed.mjs";

const folder = resolve(process.argv[2] ?? "demo");
if (process.platform !== "darwin") {
  console.error("An application for iOS is built on a Mac, with Xcode 26 and CocoaPods.");
  process.exit(2);
}
const name = "@tenfold/adapter-apple-native";
mkdirSync(folder, { recursive: true });
await installPacked([name], { folder, others: { expo: "57.0.26", "@expo/env": "2.4.3", react: "19.2.3", "react-native": "0.86.3" } });
const ios = { bundleIdentifier: "org.example.demo" };
writeFileSync(join(folder, "app.json"), JSON.stringify({ expo: { name: "demo", slug: "demo", ios, plugins: [[name, { increasedMemory: false }]] } }));
writeFileSync(join(folder, "index.js"), 'import { registerRootComponent } from "expo";\nregisterRootComponent(() => null);\n');
step("npx", "expo", "prebuild", "--platform", "ios", "--no-install");
step("pod", "install", "--project-directory=ios");
const destination = "generic/platform=iOS Simulator";
step("xcodebuild", "build", "-workspace", "ios/demo.xcworkspace", "-scheme", "demo", "-destination", destination, "-quiet", "CODE_SIGNING_ALLOWED=NO");

function step(program, ...words) {
  const { status } = spawnSync(program, words, { cwd: folder, stdio: "inherit" });
  if (status !== 0) {
    console.error(`${program} ${words[0]} ended with ${status}.`);
    process.exit(1);
  }
}
