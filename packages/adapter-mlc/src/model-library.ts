import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Artifact, TenfoldError, type Variant } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import type { Binding, NativeLibrary } from "./binding.ts";
import type { LibraryOption } from "./options.ts";
import { mlcLibraryVersion } from "./profile.ts";

const framework = "mlc-llm";
const mostBytes = 256 * 1024 * 1024;
const compiling = "Compile the library anew with the MLC-LLM of that version (docs/mlc.md says how), or take the one that was compiled for it.";

/** A compiled model library, before a byte of it was read. */
export interface FoundLibrary {
  /** Its path or address, for people. */
  readonly name: string;
  /** For which version of web-llm it was compiled: "v0_2_86". */
  readonly version: string;
  read(signal: AbortSignal | undefined): Promise<Uint8Array>;
}

/**
 * The library that the variant or the caller names, and the version in its path or address, as MLC lays them out:
 * `v0_2_86/base/Model-q4f16_1-webgpu.wasm`.
 * @throws TenfoldError `load-failed` where there is none, `invalid-format` where nothing tells its version.
 */
export function findLibrary(model: InstalledModel, option: LibraryOption | undefined, readLibrary: Binding["readLibrary"]): FoundLibrary {
  const file = option ? undefined : fileOf(model);
  const artifact = model.variant.artifacts.find(({ path }) => path === file?.path);
  const name = option?.from ?? file?.path;
  if (name === undefined) {
    throw new TenfoldError("load-failed", `${model.id} brings no compiled model library: there is no .wasm among its files.`, {
      framework,
      remedy:
        "Compile one (`mlc_llm compile mlc-chat-config.json --device webgpu -o v0_2_86/NAME.wasm`) into the model's folder, or name one with frameworkOptions.library; docs/mlc.md says how.",
    });
  }
  const version = option?.version ?? versionIn(name) ?? artifact?.sources.map(addressOf).map(versionIn).find(Boolean);
  if (version === undefined) {
    throw new TenfoldError("invalid-format", `Nothing says for which version of web-llm the library ${name} was compiled.`, {
      framework,
      remedy: 'Name the version: frameworkOptions: { library: { from: "…", version: "v0_2_86" } }, or put it into the path: v0_2_86/NAME.wasm.',
    });
  }
  if (option && /^https?:/i.test(option.from) && option.sha256 === undefined) {
    throw new TenfoldError("invalid-input", `The library at ${option.from} comes from elsewhere and has no digest.`, {
      framework,
      remedy: "Give the SHA-256 of the file as frameworkOptions.library.sha256.",
    });
  }
  // The digest of a file that the store keeps was checked when it came.
  const digest = option?.sha256 ?? undefined;
  return {
    name,
    version,
    async read(signal) {
      if (file && file.sizeBytes > mostBytes) throw tooLarge(name, file.sizeBytes);
      const bytes = file ? await file.read() : await readLibrary(name, signal);
      signal?.throwIfAborted();
      checkBytes(name, bytes, digest);
      return bytes;
    },
  };
}

/**
 * Holds a library against the installed web-llm: they share an interface that changes from version to version.
 * @throws TenfoldError `load-failed` with both versions.
 */
export function checkVersion(
  { name, version }: Pick<FoundLibrary, "name" | "version">,
  { version: webLlm, libraryVersion }: Pick<NativeLibrary, "version" | "libraryVersion">,
): void {
  const mismatch = mismatchOf(name, version, libraryVersion, `@mlc-ai/web-llm ${webLlm}`);
  if (mismatch) throw mismatch;
}

/** The same before anything is fetched, as far as the variant says where its library comes from. */
export function refusalOf({ artifacts }: Variant): TenfoldError | undefined {
  const libraries = artifacts.filter(({ path }) => path.endsWith(".wasm"));
  const library = libraries.find(({ role }) => role === "library") ?? libraries[0];
  const version = library && (versionIn(library.path) ?? library.sources.map(addressOf).map(versionIn).find(Boolean));
  return version === undefined ? undefined : mismatchOf(library?.path ?? "", version, mlcLibraryVersion, "this version of @tenfold/adapter-mlc");
}

function mismatchOf(name: string, version: string, taken: string, taker: string): TenfoldError | undefined {
  if (bare(version) === bare(taken)) return undefined;
  return new TenfoldError("load-failed", `The library ${name} was compiled for ${version}; ${taker} takes ${taken}.`, {
    framework,
    remedy: compiling,
    details: { library: version, webLlm: taken },
  });
}

function checkBytes(name: string, bytes: Uint8Array, digest: string | undefined): void {
  if (bytes.length > mostBytes) throw tooLarge(name, bytes.length);
  const found = digest === undefined ? undefined : bytesToHex(sha256(bytes));
  if (found !== digest) {
    throw new TenfoldError("digest-mismatch", `The library ${name} has the SHA-256 ${found}; ${digest} was expected.`, { framework, stage: "loading" });
  }
  const [zero, a, s, m, version] = bytes;
  if (zero !== 0 || a !== 0x61 || s !== 0x73 || m !== 0x6d || version !== 1) {
    throw new TenfoldError("invalid-format", `The library ${name} is no WebAssembly.`, { framework, remedy: compiling });
  }
}

const tooLarge = (name: string, sizeBytes: number) =>
  new TenfoldError("invalid-format", `The library ${name} has ${sizeBytes} bytes; ${mostBytes} is the most.`, { framework });

function fileOf({ files, variant }: InstalledModel): InstalledFile | undefined {
  const named = variant.artifacts.find(({ role, path }) => role === "library" && path.endsWith(".wasm"));
  return files.find(({ path }) => path === named?.path) ?? files.find(({ path }) => path.endsWith(".wasm"));
}

/** "v0_2_86" of "libraries/v0_2_86/base/Model-webgpu.wasm". */
function versionIn(name: string | undefined): string | undefined {
  return name === undefined ? undefined : /(?:^|[\\/])(v\d+(?:_\d+)+)[\\/]/.exec(name)?.[1];
}

const bare = (version: string) => version.split("/")[0];

function addressOf(source: Artifact["sources"][number]): string | undefined {
  if (source.kind === "https") return source.url;
  return source.kind === "hugging-face" ? source.path : undefined;
}
