import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServedFile, type ServedFile } from "./served-file.ts";

export interface HostedFile {
  /** The bytes, or the path of a file on disk. */
  readonly source: Uint8Array | string;
  /** Kept as a large file, outside of Git. Default: what `.gitattributes` of the Hub names, and everything beyond 10 MB. */
  readonly lfs?: boolean;
  /** For a file too large to hash in a test: what the Hub says instead. */
  readonly sha256?: string;
}

export interface HostedRepository {
  /** By path. A commit is made of them; other files are another commit, and the old one stays. */
  readonly files: Readonly<Record<string, Uint8Array | string | HostedFile>>;
  readonly gated?: false | "auto" | "manual";
  readonly private?: boolean;
  /** Other fields of the Hub's answer as it spells them: "pipeline_tag", "tags", "cardData", "library_name", "config", "safetensors", "downloads". */
  readonly info?: Readonly<Record<string, unknown>>;
}

export interface CommittedFile {
  readonly path: string;
  readonly served: ServedFile;
  /** Git's id: of the file, or of the pointer to it. */
  readonly oid: string;
  /** Of a large file. */
  readonly sha256?: string;
}

export interface Commit {
  readonly id: string;
  readonly files: ReadonlyMap<string, CommittedFile>;
}

const large = /\.(?:gguf|safetensors|onnx|onnx_data|bin|npz|tflite|task|litertlm|pte|pt|pth|zip|tar|gz|model)$/;
const mostGitBytes = 10_000_000;
export const pointerBytes = 135;

export function commitOf({ files }: HostedRepository): Commit {
  const committed = new Map<string, CommittedFile>();
  for (const [path, given] of Object.entries(files)) {
    const { source, lfs, sha256 }: HostedFile = given instanceof Uint8Array || typeof given === "string" ? { source: given } : given;
    const served = createServedFile(source);
    if (lfs ?? (large.test(path) || served.sizeBytes > mostGitBytes)) {
      const digest = sha256 ?? createHash("sha256").update(bytesOf(source)).digest("hex");
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize ${served.sizeBytes}\n`;
      committed.set(path, { path, served, oid: gitId(Buffer.from(pointer)), sha256: digest });
    } else committed.set(path, { path, served, oid: gitId(bytesOf(source)) });
  }
  const id = createHash("sha1");
  for (const { path, oid } of committed.values()) id.update(`${path} ${oid}\n`);
  return { id: id.digest("hex"), files: committed };
}

/** How Git names a file. */
function gitId(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function bytesOf(source: Uint8Array | string): Uint8Array {
  return typeof source === "string" ? readFileSync(source) : source;
}
