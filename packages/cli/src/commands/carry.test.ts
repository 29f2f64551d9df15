import { existsSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runTenfold } from "../../test/run-tenfold.ts";

const tinyPath = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-carry-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (path: string) => join(folder, path);
const tenfold = (home: string, ...words: string[]) => runTenfold(words, { home: at(home), hub: "http://127.0.0.1:9" });

describe("carrying models", () => {
  it("import installs a file, says what it is, and run answers with it", async () => {
    const { stdout, exitCode } = await tenfold("home", "import", tinyPath, "--id", "mine");
    expect(stdout).toMatch(/^Installed and verified mine:gguf-q8_0 \(1\.2 MB\): gguf, llama, Q8_0, \d+ tokens of context\.\n$/);
    expect(exitCode).toBe(0);
    const answer = await tenfold("home", "run", "mine", "Hello", "--temperature", "0", "--threads", "1", "--max-tokens", "2");
    expect(answer.stdout).toBe("Hello!\n");
  });

  it("export writes a folder that import takes on another device", async () => {
    await tenfold("home", "import", tinyPath, "--id", "mine");
    expect((await tenfold("home", "export", "mine:gguf-q8_0", at("out"))).stdout).toContain("Exported mine:gguf-q8_0 (1.2 MB)");
    expect((await tenfold("other", "import", at("out"))).stdout).toMatch(/^Installed and verified mine:gguf-q8_0/);
    const { stdout } = await tenfold("other", "store", "verify", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ files: 1, damaged: [] });
    await writeFile(at("out/files/tenfold-tiny-q8_0.gguf"), "damaged");
    expect((await tenfold("third", "import", at("out"))).exitCode).toBe(5);
    expect((await tenfold("home", "export", "mine", at("out"))).exitCode).toBe(2);
    expect((await tenfold("home", "export", "none", at("new"))).exitCode).toBe(3);
  });

  it("import refuses what is no model", async () => {
    await writeFile(at("notes.txt"), "not a model");
    expect(await tenfold("home", "import", at("notes.txt"))).toMatchObject({ exitCode: 6, stdout: "" });
    expect((await tenfold("home", "import", at("absent"))).exitCode).toBe(2);
    await copyFile(tinyPath, at("model.gguf"));
    expect((await tenfold("home", "import", at("model.gguf"), "--id", "No Id")).exitCode).toBe(2);
    expect(JSON.parse((await tenfold("home", "import", at("model.gguf"), "--json")).stdout)).toMatchObject({ model: "model" });
  });

  it("store move takes everything elsewhere and says how to go on", async () => {
    await tenfold("home", "import", tinyPath, "--id", "mine");
    const { stdout, exitCode } = await tenfold("home", "store", "move", at("moved"));
    expect(stdout).toContain(`TENFOLD_HOME`);
    expect(exitCode).toBe(0);
    expect(existsSync(at("home/models"))).toBe(false);
    expect((await tenfold("moved", "list", "--installed")).stdout).toContain("mine:gguf-q8_0");
    expect(JSON.parse((await tenfold("moved", "store", "move", at("again"), "--json")).stdout)).toEqual({ home: at("again") });
  });
});
