import { execFile } from "node:child_process";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TenfoldError } from "@tenfold/catalog";
import type { Session } from "../session.ts";

const run = promisify(execFile);
const tenfold = [process.execPath, fileURLToPath(new URL("../../bin/tenfold.mjs", import.meta.url))];
const entryName = "tenfold.desktop";

/**
 * `tenfold open --register`: has the desktop of this account open `tenfold://` links with this very program, in a terminal, where it asks before it does anything.
 * @throws TenfoldError `invalid-input` where that takes an application, `storage-failed`
 */
export async function registerLinks(session: Session, signal: AbortSignal): Promise<void> {
  const { environment } = session;
  const at = async (program: string, ...words: string[]) => {
    await run(program, words, { env: environment, signal });
  };
  try {
    if (process.platform === "linux") {
      const folder = join(environment.XDG_DATA_HOME || join(environment.HOME ?? homedir(), ".local/share"), "applications");
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${entryName}.part`), desktopEntry(tenfold));
      await rename(join(folder, `${entryName}.part`), join(folder, entryName));
      await at("xdg-mime", "default", entryName, "x-scheme-handler/tenfold");
    } else if (process.platform === "win32") {
      for (const words of registryEntries(tenfold)) await at("reg", "add", ...words, "/f");
    } else throw notHere();
  } catch (error) {
    signal.throwIfAborted();
    throw TenfoldError.from(error, "storage-failed", "Links could not be registered", {
      remedy:
        process.platform === "linux" ? "On Debian and its like xdg-mime comes with: apt-get install xdg-utils" : "Copy a link from the page: tenfold open LINK",
    });
  }
  session.stdout.write(`tenfold:// links are opened with\n  ${tenfold.join(" ")}\nRegister again when one of these moves.\n`);
}

function notHere(): TenfoldError {
  return new TenfoldError("invalid-input", "On this system only an application can be registered for links, and the command line is none.", {
    remedy: "Copy a link from the page: tenfold open LINK",
  });
}

/** As freedesktop.org's Desktop Entry Specification quotes words: once for the command, once more for the value. */
export function desktopEntry(program: readonly string[]): string {
  const quoted = program.map((word) => `"${word.replace(/["`$\\]/g, "\\$&").replaceAll("%", "%%")}"`).join(" ");
  return [
    "[Desktop Entry]",
    "Type=Application",
    "Name=Tenfold",
    `Exec=${quoted.replaceAll("\\", "\\\\")} open -- %u`,
    "Terminal=true",
    "NoDisplay=true",
    "MimeType=x-scheme-handler/tenfold;",
    "",
  ].join("\n");
}

/** What `reg add` is told, for this account only. */
export function registryEntries(program: readonly string[]): string[][] {
  const key = "HKCU\\Software\\Classes\\tenfold";
  const command = `${program.map((word) => `"${word}"`).join(" ")} open -- "%1"`;
  return [
    [key, "/ve", "/d", "URL:Tenfold"],
    [key, "/v", "URL Protocol", "/d", ""],
    [`${key}\\shell\\open\\command`, "/ve", "/d", command],
  ];
}
