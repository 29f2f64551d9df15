import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What is installed where Debian's own packages are the way to Swift. */
export const installCommand = "npm run swift -- install";
const oldest = 6;

/** The folder of the Debian system that carries Swift on Linux. All clones of a machine share it. */
export function swiftRoot(environment = process.env) {
  return environment.SWIFT_ROOT ?? "/var/lib/tenfold-swift";
}

/**
 * Swift as a program of this machine, or in the folder that `npm run swift -- install` made.
 * @returns {{ command(arguments_: readonly string[], place: { root: string, directory: string }): { program: string, arguments: string[] } } | { reason: string }}
 */
export function findSwift(environment = process.env) {
  const own = ownVersion(environment);
  if (own >= oldest) return { command: ([program, ...rest]) => ({ program, arguments: rest }) };
  const root = swiftRoot(environment);
  if (process.platform === "linux" && existsSync(join(root, ".ready"))) {
    if (process.getuid?.() === 0) return { command: (words, place) => insideRoot(root, words, place) };
    return { reason: `Swift in ${root} can be run by root only: install Swift ${oldest} or newer from swift.org instead` };
  }
  if (own > 0) return { reason: `Swift ${own} is older than ${oldest}: ${remedy()}` };
  return { reason: remedy() };
}

/**
 * A command inside of the folder. All mounts are of a namespace that ends with the command, so that nothing is left to clean and the folder can be
 * removed at any time. Whole paths are the same inside and outside, and so are process numbers and descriptors.
 */
export function insideRoot(root, words, { root: shown, directory }) {
  const script = [
    "root=$1 shown=$2 directory=$3; shift 3",
    // Swift finds itself through /proc/self/exe.
    'mount -t proc proc "$root/proc"',
    'mount --rbind /dev "$root/dev"',
    'if [ "$shown" != / ]; then mkdir -p "$root$shown"; mount --rbind "$shown" "$root$shown"; fi',
    'exec chroot "$root" sh -c \'cd "$0" && exec "$@"\' "$directory" "$@"',
  ].join("\n");
  return {
    program: "unshare",
    arguments: ["--mount", "--propagation", "private", "bash", "--norc", "-euc", script, "swift", root, shown, directory, ...words],
  };
}

function remedy() {
  if (process.platform === "linux") return `${installCommand} (Debian's Swift in a folder of its own, as root), or Swift ${oldest} or newer from swift.org`;
  if (process.platform === "darwin") return "install Xcode 26 or newer";
  return "the Swift package is built on macOS and Linux";
}

/** 0 where there is none. */
function ownVersion(environment) {
  try {
    const text = execFileSync("swift", ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env: environment });
    return Number(/Swift version (\d+)/.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
