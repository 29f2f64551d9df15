// What the workflow does on macOS, on somebody's Mac: `npm run verify:apple -- [--report FILE]`. Prints a report to paste.
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("..", import.meta.url));
const cannot = 2;
const ceilingBytes = 2 * 1024 ** 3;
const loads = 20;

if (process.platform !== "darwin") {
  console.error(`verify:apple needs a Mac: macOS 14 or newer (15 for models that keep a state, 26 for Foundation Models), Apple silicon for MLX, and Xcode 26.
This is ${process.platform} on ${process.arch}. What can be shown here is shown by: npm test -- adapter-apple-native`);
  process.exit(cannot);
}

const said = (program, ...words) => {
  try {
    return execFileSync(program, words, { encoding: "utf8" }).trim().split("\n")[0];
  } catch {
    return undefined;
  }
};
if (said("xcodebuild", "-version") === undefined) {
  console.error("verify:apple needs Xcode, and there is none: install Xcode 26 from the App Store, then run: sudo xcode-select -s /Applications/Xcode.app");
  process.exit(cannot);
}

const lines = [];
let bad = 0;
const tell = (text) => {
  console.log(text);
  lines.push(text);
};
const row = (what, isGood, result) => {
  if (!isGood) bad += 1;
  tell(`| ${what} | ${isGood ? "yes" : "NO"} | ${result.replaceAll("|", "\\|").replaceAll("\n", " ")} |`);
};

tell(
  `macOS ${said("sw_vers", "-productVersion")}, ${said("sysctl", "-n", "machdep.cpu.brand_string")}, ${said("xcodebuild", "-version")}, Node ${process.version}\n`,
);
tell("| What | Right | Result |\n|---|---|---|");

const swift = ["build", "--package-path", join(home, "swift"), "--configuration", "release", "--product", "tenfold-apple-host"];
const built = spawnSync("swift", swift, { stdio: ["ignore", "inherit", "inherit"] });
row("the host builds", built.status === 0, built.status === 0 ? "release" : `swift build ended with ${built.status}`);
if (built.status === 0) {
  const hostPath = join(said("swift", ...swift, "--show-bin-path"), "tenfold-apple-host");
  for (const one of JSON.parse(execFileSync(hostPath, ["--describe"], { encoding: "utf8" })).frameworks) {
    row(`${one.framework} is here`, true, one.available ? `${one.version}, on ${one.accelerators.join(", ")}` : `no: ${one.reason}`);
  }
  const environment = { ...process.env, TENFOLD_APPLE_HOST: hostPath, TENFOLD_REQUIRE: "apple-host", TENFOLD_FULL: "1" };
  const tests = spawnSync("npx", ["vitest", "run", "src/mac.test.ts"], { cwd: home, env: environment, encoding: "utf8", maxBuffer: 2 ** 28 });
  process.stdout.write(tests.stdout);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal
  const plain = tests.stdout.replace(/\u001b\[[\d;]*m/g, "");
  row("conformance", tests.status === 0, /Tests +(.+)/.exec(plain)?.[1] ?? `vitest ended with ${tests.status}`);
  for (const [, failed] of plain.matchAll(/FAIL +(.+)/g)) row(failed, false, "failed");
  const { register } = await import("tsx/esm/api");
  register();
  const { measure } = await import("./measure.ts");
  for await (const { what, isGood, result } of measure({ hostPath, loads, ceilingBytes })) row(what, isGood, result);
}
tell(`\n${bad === 0 ? "All of it is right." : `${bad} are not right.`}`);
const report = process.argv[process.argv.indexOf("--report") + 1];
if (process.argv.includes("--report") && report) writeFileSync(report, `${lines.join("\n")}\n`);
process.exit(bad === 0 ? 0 : 1);
