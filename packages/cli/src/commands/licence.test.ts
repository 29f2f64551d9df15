import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PublishedCatalog, publishCatalog } from "../../../core/test/published-catalog.ts";
import { type RunSettings, runTenfold } from "../../test/run-tenfold.ts";

const tinyPath = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url));

let hub: PublishedCatalog;
let home: string;
beforeAll(async () => {
  const licence = { id: "gemma", name: "Gemma Terms of Use", url: "https://example.org/gemma", gated: true };
  const files = [{ path: "tiny.gguf", bytes: new Uint8Array(readFileSync(tinyPath)) }];
  hub = await publishCatalog([{ id: "tiny", variants: [{ id: "gguf", files }], licence }]);
});
afterAll(() => hub.server.close());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-licence-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const tenfold = (words: string, settings: Partial<RunSettings> = {}) => runTenfold(words.split(" "), { home, hub: hub.server.origin, ...settings });

describe("a licence that wants consent", () => {
  it("is shown with its text, asked about on a terminal, once", async () => {
    const { stderr, stdout, exitCode } = await tenfold("pull tiny", { input: "y\n", terminal: true });
    expect(stderr).toContain("tiny comes under the licence Gemma Terms of Use.\n  https://example.org/gemma\nDo you accept it? [y/N] ");
    expect(stdout).toContain("Installed and verified tiny:gguf");
    expect(exitCode).toBe(0);
    await tenfold("rm tiny --yes");
    expect(await tenfold("pull tiny", { input: "" })).toMatchObject({ exitCode: 0 });
  });

  it("stops a pull with 8 after a no, or where nobody can be asked", async () => {
    expect(await tenfold("pull tiny", { input: "n\n", terminal: true })).toMatchObject({ exitCode: 8, stdout: "" });
    expect(await tenfold("pull tiny", { input: "" })).toMatchObject({ exitCode: 8, stderr: expect.stringContaining("--accept-licence") });
    expect(await tenfold("run tiny Hello", { input: "" })).toMatchObject({ exitCode: 8 });
  });

  it("is accepted by --accept-licence, for run too", async () => {
    const { stdout } = await tenfold("run tiny Hello --accept-licence --temperature 0 --threads 1 --max-tokens 2", { input: "" });
    expect(stdout).toBe("Hello!\n");
  });

  it("is said by show", async () => {
    expect((await tenfold("show tiny")).stdout).toContain("Gemma Terms of Use (asks for consent, here and at the source)");
  });
});
