import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const program = `
import { createTenfold } from "@tenfold/core";
import { browserPlatform } from "@tenfold/core/browser";
globalThis.tenfold = createTenfold({ adapters: [], platform: browserPlatform() });
`;

/** Gzipped, of what a page loads before it can call anything. */
const initialLimitBytes = 40_000;

interface Chunk {
  name: string;
  gzipBytes: number;
  /** The largest first. */
  inputs: string[];
}

let metafile: Metafile;
let initial: Chunk[];
let later: Chunk[];
beforeAll(async () => {
  const built = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL("../..", import.meta.url)), sourcefile: "program.ts" },
    bundle: true,
    minify: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    metafile: true,
    write: false,
    outdir: "/",
    logLevel: "silent",
  });
  metafile = built.metafile;
  const sizes = new Map(built.outputFiles.map(({ path, contents }) => [fileName(path), gzipSync(contents, { level: 9 }).length]));
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [fileName(path), output]));
  const entry = [...outputs].find(([, { entryPoint }]) => entryPoint?.includes("program.ts"))?.[0] ?? "";
  const reached = new Set([entry]);
  for (const name of reached) for (const { path, kind } of outputs.get(name)?.imports ?? []) if (kind === "import-statement") reached.add(fileName(path));
  const chunks = [...outputs].map(([name, { inputs }]): Chunk => ({ name, gzipBytes: sizes.get(name) ?? 0, inputs: byShare(inputs) }));
  initial = chunks.filter(({ name }) => reached.has(name));
  later = chunks.filter(({ name }) => !reached.has(name)).sort((left, right) => right.gzipBytes - left.gzipBytes);
});

const fileName = (path: string) => path.split(/[\\/]/).at(-1) ?? path;
const byShare = (inputs: Metafile["outputs"][string]["inputs"]) =>
  Object.entries(inputs)
    .sort(([, left], [, right]) => right.bytesInOutput - left.bytesInOutput)
    .map(([path]) => path);
const total = (chunks: readonly Chunk[]) => chunks.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);

describe("createTenfold and browserPlatform in a bundle for browsers", () => {
  it(`load at most ${initialLimitBytes / 1000} kB before the first call, zod included`, () => {
    const rows = later.map(({ gzipBytes, inputs }) => `${String(gzipBytes).padStart(8)}  ${inputs.slice(0, 2).join(", ")}${inputs.length > 2 ? ", …" : ""}`);
    console.info([`Gzipped bytes: ${total(initial)} at first; when they are needed:`, ...rows].join("\n"));
    expect(total(initial)).toBeLessThanOrEqual(initialLimitBytes);
  });

  it("leave validators, archives and installation to be loaded when they are needed", () => {
    const first = initial.flatMap(({ inputs }) => inputs);
    for (const part of [
      /formats\/gguf\//,
      /formats\/onnx\//,
      /formats\/safetensors\//,
      /archive\//,
      /trust\/trust-client\.ts/,
      /install\/install-variant\.ts/,
    ]) {
      expect(first.filter((path) => part.test(path))).toEqual([]);
      expect(later.flatMap(({ inputs }) => inputs).filter((path) => part.test(path))).not.toEqual([]);
    }
  });

  it.each([
    ["@tenfold/core/inspect", "inspectModel"],
    ["@tenfold/core/hugging-face", "createHuggingFaceSource"],
  ])("leave %s to be imported, which needs nothing of Node's either", async (entry, name) => {
    const { outputFiles, metafile: parts } = await build({
      stdin: { contents: `export { ${name} } from "${entry}";`, resolveDir: fileURLToPath(new URL("../..", import.meta.url)), sourcefile: "program.ts" },
      bundle: true,
      minify: true,
      format: "esm",
      splitting: true,
      platform: "browser",
      // Installed by whoever asks the Hugging Face Hub.
      external: ["@huggingface/hub"],
      metafile: true,
      write: false,
      outdir: "/",
      logLevel: "silent",
    });
    const first = outputFiles.find(({ path }) => path.endsWith("stdin.js"));
    console.info(`Gzipped bytes of ${entry} by itself: ${gzipSync(first?.contents ?? "", { level: 9 }).length}`);
    expect(first?.text).toContain(name);
    const imports = Object.values(parts.inputs).flatMap((input) => input.imports);
    expect(imports.filter(({ external, path }) => external && path !== "@huggingface/hub")).toEqual([]);
    expect(metafile.inputs).not.toHaveProperty([`src/${entry.split("/").at(-1)}/index.ts`]);
  });

  it("bring no framework, nothing of Node's and no other package than zod, the hashes and the signatures", () => {
    const packages = Object.keys(metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? []);
    expect(new Set(packages)).toEqual(new Set(["@noble/curves", "@noble/hashes", "zod"]));
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    expect(imports.filter(({ external, path }) => external || path.startsWith("node:"))).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((path) => /src\/node(\/|\.ts$)/.test(path))).toEqual([]);
  });
});
