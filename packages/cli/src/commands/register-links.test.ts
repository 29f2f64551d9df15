import { execFileSync } from "node:child_process";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { need } from "@tenfold/tooling/requirement";
import { expect, onTestFinished, test } from "vitest";
import { runTenfold } from "../../test/run-tenfold.ts";
import { desktopEntry, registryEntries } from "./register-links.ts";

test("a desktop of Linux opens links with this program, and a second time changes nothing", async (context) => {
  const home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const environment = { HOME: home, XDG_DATA_HOME: join(home, "data"), XDG_CONFIG_HOME: join(home, "config"), PATH: process.env.PATH ?? "" };
  const xdg = (...words: string[]) => execFileSync("xdg-mime", words, { env: environment, encoding: "utf8" }).trim();
  const isThere = process.platform === "linux" && canRun(() => xdg("--version"));
  need(context, "xdg-mime", isThere, "apt-get install -y xdg-utils");
  for (let time = 0; time < 2; time += 1) {
    expect(await runTenfold(["open", "--register"], { home, environment })).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("tenfold.mjs") });
    expect(xdg("query", "default", "x-scheme-handler/tenfold")).toBe("tenfold.desktop");
  }
  const entry = await readFile(join(home, "data/applications/tenfold.desktop"), "utf8");
  const [, node = "", program = ""] = /^Exec="(.*?)" "(.*?)" open -- %u$/m.exec(entry) ?? [];
  expect(node).toBe(process.execPath);
  await access(program);
  const without = await runTenfold(["open", "--register"], { home, environment: { ...environment, PATH: home } });
  expect(without).toMatchObject({ exitCode: 7, stderr: expect.stringContaining("xdg-utils") });
});

test("words with spaces, quotes and signs of the shell reach the program as they are", () => {
  expect(desktopEntry(["/a b/$HOME", '100% "x"'])).toContain('Exec="/a b/\\\\$HOME" "100%% \\\\"x\\\\"" open -- %u\n');
  expect(registryEntries(["C:\\Program Files\\node.exe", "C:\\t.mjs"])).toContainEqual([
    "HKCU\\Software\\Classes\\tenfold\\shell\\open\\command",
    "/ve",
    "/d",
    '"C:\\Program Files\\node.exe" "C:\\t.mjs" open -- "%1"',
  ]);
});

test("nothing to open is said", async () => {
  expect(await runTenfold(["open"], { home: tmpdir() })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("tenfold://model/ID") });
});

function canRun(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
