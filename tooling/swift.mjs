// Swift for packages/adapter-apple-native/swift: npm run swift -- install | run COMMAND…
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "./bootstrap/failure.mjs";
import { findSwift, swiftRoot } from "./swift/find-swift.mjs";
import { installSwift } from "./swift/install-swift.mjs";

const usage = `npm run swift -- install          puts Swift 6 where this machine has none (Linux, as root: 560 MB to fetch, 2.7 GB on disk)
npm run swift -- run COMMAND…    runs a command beside it, in packages/adapter-apple-native/swift:
                                 npm run swift -- run swift test --scratch-path ../../../.cache/swift`;
const [verb, ...words] = process.argv.slice(2);
const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

try {
  if (verb === "install" && words.length === 0) {
    if (findSwift().reason !== undefined) await installSwift(swiftRoot(), (line) => console.log(line));
    process.exitCode = run(["swift", "--version"]);
  } else if (verb === "run" && words.length > 0) {
    process.exitCode = run(words);
  } else {
    console.error(usage);
    process.exitCode = 2;
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`tenfold: ${error.message} ${error.remedy}${error.details ? `\n${error.details}` : ""}`);
  process.exitCode = 1;
}

function run(command) {
  const swift = findSwift();
  if (swift.reason !== undefined) throw new Failure("There is no Swift here.", `To have it: ${swift.reason}.`);
  const { program, arguments: rest } = swift.command(command, { root, directory: join(root, "packages/adapter-apple-native/swift") });
  const { status, signal } = spawnSync(program, rest, { stdio: "inherit" });
  return status ?? (signal ? 128 : 1);
}
