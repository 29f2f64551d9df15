import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runTenfold } from "../../test/run-tenfold.ts";
import { cachePlaces } from "../cache-places.ts";

const tinyFolder = new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/", import.meta.url);
const tiny = readFileSync(fileURLToPath(new URL("tenfold-tiny-q8_0.gguf", tinyFolder)));
const other = readFileSync(fileURLToPath(new URL("tenfold-tiny-q4_0.gguf", tinyFolder)));
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-adopt-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (path: string) => join(folder, path);
async function put(path: string, content: Uint8Array | string): Promise<string> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), content);
  return at(path);
}
const environment = () => ({ HOME: at("user"), USERPROFILE: at("user"), OLLAMA_MODELS: at("ollama") });
const tenfold = (words: readonly string[], typed?: string) =>
  runTenfold(["adopt", ...words], { home: at("home"), environment: environment(), input: typed ?? "", terminal: typed !== undefined });

/** One model in each program's cache. */
async function fillCaches(): Promise<void> {
  const commit = "c".repeat(40);
  const hub = "user/.cache/huggingface/hub/models--org--one";
  const blob = await put(`${hub}/blobs/${digest(tiny)}`, tiny);
  await put(`${hub}/refs/main`, commit);
  await mkdir(at(`${hub}/snapshots/${commit}`), { recursive: true });
  await symlink(blob, at(`${hub}/snapshots/${commit}/one.gguf`));
  await put(`ollama/blobs/sha256-${digest(other)}`, other);
  const layer = { mediaType: "application/vnd.ollama.image.model", digest: `sha256:${digest(other)}`, size: other.length };
  await put("ollama/manifests/registry.ollama.ai/library/two/1b", JSON.stringify({ layers: [layer] }));
  await put("user/.lmstudio/models/org/three/three.gguf", tiny);
  await put("user/.lmstudio/models/org/notes/notes.txt", "no model");
}

describe("tenfold adopt", () => {
  it("says what each program holds, and with --dry-run changes nothing", async () => {
    await fillCaches();
    const { stderr, exitCode } = await tenfold(["--dry-run"]);
    expect(stderr).toMatch(/one:one +1\.2 MB +gguf +Hugging Face org\/one\/one/);
    expect(stderr).toMatch(/two:1b .*Ollama two:1b/);
    expect(stderr).toMatch(/three:three .*LM Studio org\/three\/three/);
    expect(stderr).toContain("1 more is in no format");
    expect(exitCode).toBe(0);
    const { stdout } = await tenfold(["--dry-run", "--json"]);
    expect(JSON.parse(stdout).found).toMatchObject([
      { program: "Hugging Face", id: "one", installed: false, sizeBytes: tiny.length },
      { program: "Ollama", id: "two", variant: "1b" },
      { program: "LM Studio", id: "three" },
    ]);
    await expect(stat(at("home"))).rejects.toThrow();
  });

  it("asks, and takes no for an answer; without a terminal it wants --yes", async () => {
    await fillCaches();
    expect((await tenfold([], "n\n")).stderr).toContain("Adopt? [y/N] Nothing was adopted.");
    expect(await tenfold([])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--yes") });
    expect((await tenfold([], "y\n")).stdout.split("\n").filter(Boolean)).toHaveLength(3);
  });

  it("installs them without a second copy, once, and they are said to be here", async () => {
    await fillCaches();
    const { stdout, exitCode } = await tenfold(["--yes", "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ refused: [], adopted: [{ model: "one" }, { model: "two" }, { model: "three" }] });
    const [mine, theirs] = await Promise.all([stat(at(`home/blobs/${digest(other)}/data`)), stat(at(`ollama/blobs/sha256-${digest(other)}`))]);
    expect(mine.ino).toBe(theirs.ino);
    // Nothing is left to ask about.
    const again = await tenfold([]);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toMatch(/one:one +1\.2 MB +gguf +yes/);
  });

  it("takes only what is named, by either name", async () => {
    await fillCaches();
    expect((await tenfold(["--yes", "two", "org/three/three"])).stdout).toBe("Adopted and verified two:1b.\nAdopted and verified three:three.\n");
    expect(await tenfold(["--yes", "none"])).toMatchObject({ exitCode: 3, stdout: "" });
  });

  it("refuses a damaged file by itself, and exits as for one", async () => {
    await fillCaches();
    await put(`ollama/blobs/sha256-${digest(other)}`, tiny);
    const { stdout, stderr, exitCode } = await tenfold(["--yes"]);
    expect(stdout).toBe("Adopted and verified one:one.\nAdopted and verified three:three.\n");
    expect(stderr).toContain("refused: two:1b");
    expect(exitCode).toBe(5);
    expect(digest(await readFile(at(`ollama/blobs/sha256-${digest(other)}`)))).toBe(digest(tiny));
  });

  it("finds nothing where nothing is", async () => {
    expect(await tenfold([])).toMatchObject({ exitCode: 0, stderr: "Other programs hold no models here.\n" });
  });
});

describe("the places of other programs", () => {
  const folders = (variables: Record<string, string>, os: string) => cachePlaces(variables, os).map(({ folder: place }) => place);

  it("are the usual ones of the system", () => {
    expect(folders({ HOME: "/me" }, "linux")).toEqual([
      join("/me", ".cache", "huggingface", "hub"),
      join("/me", ".ollama", "models"),
      "/usr/share/ollama/.ollama/models",
      join("/me", ".lmstudio", "models"),
      join("/me", ".cache", "lm-studio", "models"),
    ]);
    expect(folders({ HOME: "/me" }, "darwin")).toContain(join("/me", ".ollama", "models"));
    expect(folders({ HOME: "/other", USERPROFILE: "/me" }, "win32")[0]).toBe(join("/me", ".cache", "huggingface", "hub"));
  });

  it("are those that their own variables name", () => {
    expect(folders({ HOME: "/me", XDG_CACHE_HOME: "/cache" }, "linux")[0]).toBe(join("/cache", "huggingface", "hub"));
    expect(folders({ HOME: "/me", XDG_CACHE_HOME: "/cache", HF_HOME: "/hf" }, "linux")[0]).toBe(join("/hf", "hub"));
    expect(folders({ HOME: "/me", HF_HOME: "/hf", HF_HUB_CACHE: "/hub" }, "linux")[0]).toBe("/hub");
    const moved = folders({ HOME: "/me", OLLAMA_MODELS: "/models" }, "linux");
    expect(moved[1]).toBe("/models");
    expect(moved.filter((place) => place.includes("ollama"))).toEqual([]);
  });
});
