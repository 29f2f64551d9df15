import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface BundleParts {
  /** Paths of all modules. */
  readonly inputs: readonly string[];
  /** Of those that a page loads at first. */
  readonly first: readonly string[];
  /** What is imported and not part of it. */
  readonly external: readonly string[];
}

/** What a bundle for browsers is made of. @param folder where the program's imports are looked for. */
export async function bundleParts(program: string, folder: URL): Promise<BundleParts> {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(folder), sourcefile: "program.ts" },
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    metafile: true,
    write: false,
    outdir: "/",
    logLevel: "silent",
  });
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  return {
    inputs: Object.keys(metafile.inputs),
    first: Object.keys(entry?.inputs ?? {}),
    external: imports.filter(({ external, path }) => external && path !== "<runtime>").map(({ path }) => path),
  };
}
