import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { need } from "@tenfold/tooling/requirement";
import { type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { type ZipMember, zipFile } from "../../test/zip-file.ts";
import { silentLog } from "../contract/log.ts";
import { createTenfold } from "../tenfold/tenfold.ts";
import { addNativePart, listNativeParts, type NativePartRecipe, removeNativePart } from "./index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const fileName = "tiny_part-1.0.0-py3-none-any.whl";
const library = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 251);
const members: ZipMember[] = [
  { name: "tiny_part/libtiny.so", bytes: library },
  { name: "tiny_part/include/tiny.h", bytes: bytes("int tiny();"), deflated: true },
  { name: "tiny_part/__init__.py", bytes: bytes("raise SystemExit") },
  { name: "tiny_part-1.0.0.dist-info/METADATA", bytes: bytes("Metadata-Version: 2.1\nName: tiny-part\nVersion: 1.0.0\n") },
  { name: "tiny_part-1.0.0.dist-info/WHEEL", bytes: bytes("Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n") },
  { name: "tiny_part-1.0.0.dist-info/licenses/LICENSE", bytes: bytes("Do what you like.") },
  { name: "tiny_part-1.0.0.dist-info/RECORD", bytes: bytes("") },
];
const wheel = zipFile(members);
const sha256Of = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

function recipeOf(content: Uint8Array, changes: Partial<NativePartRecipe> = {}): NativePartRecipe {
  const entry = { package: "tiny-part", version: "1.0.0", fileName, sha256: sha256Of(content), sizeBytes: content.length };
  return {
    ...{ id: "tiny", title: "Tiny", version: "1.0.0", licence: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" } },
    wheels: { [`${process.platform}-${process.arch}`]: { ...entry, members: ["tiny_part/libtiny.so", "tiny_part/include/"] } },
    ...changes,
  };
}
const recipe = recipeOf(wheel);

let platform: TemporaryPlatform;
let folder: string;
let server: FileServer | undefined;
beforeEach(async () => {
  platform = await temporaryPlatform();
  folder = await mkdtemp(join(tmpdir(), "tenfold-wheels-"));
  await writeFile(join(folder, fileName), wheel);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
  await platform.remove();
  await rm(folder, { recursive: true, force: true });
});

/** What is left of a part: nothing, or what another attempt may use. */
const left = async () => ({ parts: await listNativeParts(platform, silentLog), incoming: await platform.files.list("native-parts/tiny/incoming") });

it("builds a part of what its package carries, without a wheel, once; a failed build leaves nothing", async () => {
  const here = `${process.platform}-${process.arch}`;
  let builds = 0;
  const built: NativePartRecipe = {
    ...recipe,
    wheels: {},
    builtOn: [here],
    async build(draft) {
      builds += 1;
      if (builds === 1) throw new Error("no compiler");
      await mkdir(draft, { recursive: true });
      await writeFile(join(draft, "program"), "made here");
    },
  };
  await expect(addNativePart(platform, built)).rejects.toThrow("no compiler");
  expect(await left()).toEqual({ parts: [], incoming: [] });
  const part = await addNativePart(platform, built);
  expect(await readFile(join(part.folder, "program"), "utf8")).toBe("made here");
  expect(await addNativePart(platform, built)).toEqual(part);
  expect([builds, await listNativeParts(platform, silentLog)]).toEqual([2, [part]]);
  const elsewhere = addNativePart({ ...platform, os: "plan9" }, built);
  await expect(elsewhere).rejects.toMatchObject({ code: "framework-unavailable", remedy: `It exists for ${here}.` });
});

describe("a native part", () => {
  it("comes from a folder, with what is wanted of it and its licence", async () => {
    const stages: string[] = [];
    const part = await addNativePart(platform, recipe, { from: folder, onProgress: ({ stage }) => stages.push(stage) });
    expect(sha256Of(await readFile(join(part.folder, "tiny_part/libtiny.so")))).toBe(sha256Of(library));
    expect(await platform.files.list("native-parts/tiny/1.0.0/tiny_part")).toEqual(["include", "libtiny.so"]);
    expect(part.licenceFiles).toEqual(["tiny_part-1.0.0.dist-info/licenses/LICENSE"]);
    expect(await left()).toEqual({ parts: [part], incoming: [] });
    expect(new Set(stages)).toEqual(new Set(["download", "extraction", "initialization", "ready"]));
    expect(sha256Of(await readFile(join(folder, fileName)))).toBe(sha256Of(wheel));
  });

  it("is given to adapters, and gone for them when it is removed", async () => {
    const seen: unknown[] = [];
    const probe = async ({ nativeParts }: { nativeParts: ReadonlyMap<string, string> }) => {
      seen.push([...nativeParts.keys()]);
      return { available: false, reason: "Not here.", remedy: "None." } as const;
    };
    const tenfold = createTenfold({ adapters: [{ framework: "tiny", formats: [], probe, load: () => Promise.reject(new Error("no")) }], platform });
    await tenfold.frameworks();
    await addNativePart(platform, recipe, { from: join(folder, fileName) });
    await tenfold.frameworks();
    expect(await removeNativePart(platform, "tiny")).toBe(true);
    expect(await removeNativePart(platform, "tiny")).toBe(false);
    await tenfold.frameworks();
    expect(seen).toEqual([[], ["tiny@1.0.0"], []]);
  });

  it("comes from an address, and goes on where a connection was lost", async () => {
    server = await startFileServer({ files: { "/w.whl": wheel } });
    server.addFault({ kind: "drop", afterBytes: 1_000_000 });
    const part = await addNativePart(platform, recipe, { from: server.url("/w.whl") });
    expect(sha256Of(await readFile(join(part.folder, "tiny_part/libtiny.so")))).toBe(sha256Of(library));
    expect(server.bytesSent("/w.whl")).toBeLessThan(wheel.length * 1.5);
  });

  it("comes by pip from where the user configured it, and is what was asked for", async (context) => {
    need(context, "pip", await hasPip(), "apt-get install -y python3-pip");
    vi.stubEnv("PIP_NO_INDEX", "1");
    vi.stubEnv("PIP_FIND_LINKS", folder);
    vi.stubEnv("PIP_CONFIG_FILE", "/dev/null");
    await addNativePart(platform, recipe);
    expect((await left()).parts).toHaveLength(1);
    const other = recipeOf(wheel.slice(0, -1), { version: "1.0.1" });
    await expect(addNativePart(platform, other)).rejects.toMatchObject({ code: "digest-mismatch" });
    await expect(addNativePart(platform, recipeOf(wheel, { id: "other", wheels: otherPackage() }))).rejects.toMatchObject({ code: "network" });
  });

  it("names Python, and what to do without it", async () => {
    await expect(addNativePart(platform, recipe, { python: "/nowhere/python3" })).rejects.toMatchObject({
      code: "framework-unavailable",
      remedy: expect.stringContaining(`fetch ${fileName} yourself and name it with --from`),
    });
    expect((await left()).parts).toEqual([]);
  });

  it("refuses a platform that the vendor has nothing for, and a name that leaves the folder", async () => {
    await expect(addNativePart(platform, { ...recipe, wheels: {} }, { from: folder })).rejects.toMatchObject({ code: "framework-unavailable" });
    await expect(addNativePart(platform, { ...recipe, id: "../tiny" }, { from: folder })).rejects.toMatchObject({ code: "invalid-input" });
  });

  it.each([
    ["another file", wheel.map((byte, index) => (index === 5000 ? byte ^ 1 : byte)), "digest-mismatch"],
    ["a truncated one", wheel.slice(0, 1_000_000), "size-mismatch"],
    ["an empty one", new Uint8Array(), "size-mismatch"],
  ])("refuses %s and leaves nothing", async (_, content, code) => {
    await writeFile(join(folder, fileName), content);
    await expect(addNativePart(platform, recipe, { from: folder })).rejects.toMatchObject({ code });
    expect(await left()).toEqual({ parts: [], incoming: [] });
  });

  it("refuses an address that gives another file", async () => {
    server = await startFileServer({ files: { "/w.whl": wheel.map((byte, index) => (index === 5000 ? byte ^ 1 : byte)) } });
    await expect(addNativePart(platform, recipe, { from: server.url("/w.whl") })).rejects.toMatchObject({ code: "digest-mismatch" });
    expect((await left()).parts).toEqual([]);
  });

  it.each([
    ["a member that leads out of it", zipFile([...members, { name: "../../evil.so", bytes: library }])],
    ["a member that is missing", zipFile(members.slice(1))],
    ["no zip at all", bytes("This is not a wheel, whatever its digest.")],
  ])("refuses a wheel with %s, although its digest is right", async (_, content) => {
    await writeFile(join(folder, fileName), content);
    await expect(addNativePart(platform, recipeOf(content), { from: folder })).rejects.toMatchObject({ code: "invalid-format" });
    expect(await left()).toEqual({ parts: [], incoming: [] });
  });

  it("is finished by its build, and is not there when that fails or is aborted", async () => {
    const failing = { ...recipe, build: () => Promise.reject(new Error("no compiler")) };
    await expect(addNativePart(platform, failing, { from: folder })).rejects.toThrow("no compiler");
    const abort = new AbortController();
    const aborting = {
      ...recipe,
      async build() {
        abort.abort(new Error("enough"));
      },
    };
    await expect(addNativePart(platform, aborting, { from: folder, signal: abort.signal })).rejects.toThrow("enough");
    expect(await left()).toEqual({ parts: [], incoming: [] });
    const building = { ...recipe, build: (draft: string) => writeFile(join(draft, "host"), "built") };
    const part = await addNativePart(platform, building, { from: folder });
    expect(await readFile(join(part.folder, "host"), "utf8")).toBe("built");
  });

  it("is made once by two at a time", async () => {
    let builds = 0;
    const counting = {
      ...recipe,
      async build() {
        builds += 1;
      },
    };
    const [one, two] = await Promise.all([addNativePart(platform, counting, { from: folder }), addNativePart(platform, counting, { from: folder })]);
    expect(one).toEqual(two);
    expect(builds).toBe(1);
  });

  it("is added by the next when its process is killed half-way", async () => {
    const code = `const { addNativePart } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
      const { nodePlatform } = await import(${JSON.stringify(new URL("../node.ts", import.meta.url).href)});
      const recipe = { ...${JSON.stringify(recipe)}, build: () => { console.log("building"); return new Promise(() => setInterval(() => {}, 1000)); } };
      await addNativePart(nodePlatform({ home: ${JSON.stringify(platform.home)} }), recipe, { from: ${JSON.stringify(folder)} });`;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    const child = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await left()).toEqual({ parts: [], incoming: ["draft"] });
    await addNativePart(platform, recipe, { from: folder });
    expect(await left()).toMatchObject({ parts: [{ id: "tiny" }], incoming: [] });
  });

  it("is passed over with a warning when its record is damaged", async () => {
    await addNativePart(platform, recipe, { from: folder });
    await platform.files.writeAtomic("native-parts/tiny/1.0.0/native-part.json", bytes("{"));
    const warnings: string[] = [];
    expect(await listNativeParts(platform, (_, message) => warnings.push(message))).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("native-parts/tiny/1.0.0")]);
    await addNativePart(platform, recipe, { from: folder });
    expect((await left()).parts).toHaveLength(1);
  });
});

function otherPackage(): NativePartRecipe["wheels"] {
  return Object.fromEntries(Object.entries(recipe.wheels).map(([key, entry]) => [key, { ...entry, package: "nobody-has-this" }]));
}

async function hasPip(): Promise<boolean> {
  const child = spawn("python3", ["-m", "pip", "--version"], { stdio: "ignore" });
  return new Promise((resolve) => child.on("error", () => resolve(false)).on("close", (code) => resolve(code === 0)));
}
