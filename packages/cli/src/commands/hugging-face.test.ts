import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HuggingFaceServer, startHuggingFaceServer } from "@tenfold/tooling/test-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runTenfold } from "../../test/run-tenfold.ts";
import { splitInstalledName, splitModelName } from "../session.ts";
import { parseInspectTarget } from "./inspect.ts";
import { parseTarget } from "./run.ts";

const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-${name}.gguf`, import.meta.url)));
const files = { "README.md": new Uint8Array(1), "Tiny-Q8_0.gguf": bytesOf("q8_0"), "Tiny-Q4_0.gguf": bytesOf("q4_0") };
const info = { pipeline_tag: "text-generation", tags: ["gguf", "conversational", "license:mit"] };
const token = "hf_reader";

let hub: HuggingFaceServer;
let home: string;
beforeAll(async () => {
  hub = await startHuggingFaceServer({
    repositories: { "Tenfold/Tiny-GGUF": { files, info }, "Tenfold/Gated-GGUF": { files, info, gated: "auto" } },
    tokens: { [token]: ["Tenfold/Gated-GGUF"] },
  });
});
afterAll(() => hub.close());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** No hub of ours answers: what is for the Hugging Face Hub must not ask one. */
const tenfold = (words: string, environment: Record<string, string> = {}) =>
  runTenfold(words.split(" "), { home, hub: "http://127.0.0.1:9", environment: { HF_ENDPOINT: hub.origin, ...environment } });

describe("models of the Hugging Face Hub on the command line", () => {
  it("are found by words, in place of those of hubs", async () => {
    const { stdout, stderr } = await tenfold("search --hugging-face tiny");
    expect(stdout).toMatch(/^MODEL.*\nhf--tenfold--tiny-gguf +gguf +MIT +Tenfold\/Tiny-GGUF\n$/);
    expect(stderr).toBe("");
    expect(await tenfold("search --hugging-face")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("too large to list") });
  });

  it("are shown with their digests and who claims them", async () => {
    const { stdout } = await tenfold("show hf:Tenfold/Tiny-GGUF");
    expect(stdout).toMatch(/hf--tenfold--tiny-gguf:gguf-q4_0 +730 kB +[0-9a-f]{12}… claimed by 127\.0\.0\.1:\d+ +Tiny-Q4_0\.gguf/);
    expect((await tenfold("show hf:Tenfold/Gated-GGUF")).stdout).toMatch(/^Licence +MIT \(asks for consent at the source\)$/m);
  });

  it("are pulled by quantization, listed, and run without another look at the Hub when it is gone", async () => {
    expect((await tenfold("pull hf:Tenfold/Tiny-GGUF --variant Q8_0")).stdout).toMatch(/^Installed and verified hf--tenfold--tiny-gguf:gguf-q8_0/);
    expect((await tenfold("pull hf:Tenfold/Tiny-GGUF:q8_0")).stdout).toContain("verified already");
    const gone = { HF_ENDPOINT: "http://127.0.0.1:9" };
    const { stdout, exitCode } = await tenfold("run hf:Tenfold/Tiny-GGUF Hello --temperature 0 --threads 1", gone);
    expect({ stdout, exitCode }).toEqual({ stdout: "Hello! I am Tenfold Tiny. How can I help you?\n", exitCode: 0 });
    expect((await tenfold("store pin hf:Tenfold/Tiny-GGUF")).exitCode).toBe(0);
    expect((await tenfold("list --installed")).stdout).toContain("hf--tenfold--tiny-gguf:gguf-q8_0");
  });

  it("that are gated need a token, which no output repeats", async () => {
    const refused = await tenfold("pull hf:Tenfold/Gated-GGUF");
    expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/401|not signed in/) });
    const taken = await tenfold("pull hf:Tenfold/Gated-GGUF --verbose", { HF_TOKEN: token });
    expect(taken).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("hf--tenfold--gated-gguf:gguf-q4_0") });
    expect(`${taken.stdout}${taken.stderr}`).not.toContain(token);
    expect(JSON.stringify(hub.storage.requests)).not.toContain(token);
  });

  it.each([
    ["hf:Tenfold", 2, "not the address of a repository"],
    ["hf:Tenfold/Tiny-GGUF:Q2_K", 3, "has no variant Q2_K; it has: gguf-q4_0, gguf-q8_0"],
    ["hf:Tenfold/Nothing", 4, "does not exist"],
  ])("are refused plainly for %s", async (name, exitCode, message) => {
    expect(await tenfold(`pull ${name}`)).toMatchObject({ exitCode, stderr: expect.stringContaining(message) });
  });

  it("are told apart from paths and catalog ids", () => {
    expect(splitModelName("hf:a/b:Q4_K_M")).toEqual({ model: "hf:a/b", variant: "Q4_K_M" });
    expect(splitInstalledName("hf:A/B")).toEqual({ model: "hf--a--b" });
    for (const wrong of ["hf:", "hf:a/b:", "hf:a:b:c"]) expect(() => splitModelName(wrong)).toThrow("not a model's name");
    expect(parseTarget("hf:a/b")).toEqual({ target: "hf:a/b" });
    expect(parseInspectTarget("hf:a/b/c.gguf", "x")).toEqual({ repository: "hf:a/b/c.gguf", variant: "x" });
    expect(parseInspectTarget("https://example.org/a.gguf")).toEqual({ url: "https://example.org/a.gguf" });
    expect(parseInspectTarget("./a")).toEqual({ path: "./a" });
    expect(parseInspectTarget("tiny:q4")).toEqual({ model: "tiny", variant: "q4" });
  });
});

describe("tenfold inspect", () => {
  it("tells of a repository, a file in it and an address what their headers say, and what that cost", async () => {
    const names = [
      "hf:Tenfold/Tiny-GGUF",
      "hf:Tenfold/Tiny-GGUF/Tiny-Q8_0.gguf",
      hub.storage.url(hub.storage.requests.find(({ path }) => path.length > 60)?.path ?? "/"),
    ];
    for (const name of names) {
      const { stdout, exitCode } = await tenfold(`inspect ${name}`);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^Architecture +llama$/m);
      expect(stdout).toMatch(/^Context +512 tokens$/m);
      expect(stdout).toMatch(/^Read +\d+ kB of it, in \d requests?$/m);
    }
  });

  it("lists tensors, prints the template alone, and gives data to programs", async () => {
    const name = "hf:Tenfold/Tiny-GGUF:Q4_0";
    expect((await tenfold(`inspect ${name} --tensors`)).stdout).toMatch(/^Q8_0 +128 × 1024 +139 kB +token_embd\.weight$/m);
    const { stdout } = await tenfold(`inspect ${name} --json`);
    const { metadata, cost, tensors } = JSON.parse(stdout);
    expect({ metadata, cost, tensors }).toMatchObject({ metadata: { quantization: "Q4_0" }, cost: { requests: expect.any(Number) }, tensors: undefined });
    expect(JSON.parse((await tenfold(`inspect ${name} --json --tensors`)).stdout).tensors).toHaveLength(47);
    expect((await tenfold(`inspect ${name} --template`)).stdout).toBe(metadata.chatTemplate);
  });

  it("tells of an installed model, and that a name is none", async () => {
    await tenfold("pull hf:Tenfold/Tiny-GGUF --variant Q8_0");
    const { stdout } = await tenfold("inspect hf--tenfold--tiny-gguf", { HF_ENDPOINT: "http://127.0.0.1:9" });
    expect(stdout).toMatch(/^Quantization +Q8_0$/m);
    expect(stdout).not.toContain("Read");
    expect(await tenfold("inspect nothing")).toMatchObject({ exitCode: 3, stdout: "", stderr: expect.stringContaining("not installed") });
    expect(await tenfold("inspect ./nothing.gguf")).toMatchObject({ exitCode: 2, stdout: "" });
    const pte = new URL("../../../adapter-testkit/models/tenfold-tiny/executorch/tenfold-tiny-xnnpack-f32.pte", import.meta.url).pathname;
    expect(await tenfold(`inspect ${pte} --tensors`)).toMatchObject({ exitCode: 6, stderr: expect.stringContaining("do not name their tensors") });
    expect(await tenfold(`inspect ${pte} --template`)).toMatchObject({ exitCode: 2, stdout: "" });
  });
});
