import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nodePlatform } from "../../packages/core/src/node.ts";
import { createTrustClient, createTrustStateFile, type Trusted } from "../../packages/core/src/trust/index.ts";

const folder = "tenfold";
const firstRootName = "first-root.json";
const options = {
  "metadata-dir": { type: "string" },
  "metadata-url": { type: "string" },
  "target-name": { type: "string" },
  "target-base-url": { type: "string" },
  "target-dir": { type: "string" },
} as const;

/** Speaks the suite's protocol and answers the exit code: 0 when all went well, else 1. */
export async function runClient(words: readonly string[], write: (text: string) => void): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const [command, trustedRoot = ""] = positionals;
    const need = (name: keyof typeof options): string => {
      const value = values[name];
      if (value === undefined) throw new Error(`--${name} is missing`);
      return value;
    };
    const metadataDir = need("metadata-dir");
    if (command === "init") await init(metadataDir, trustedRoot);
    else if (command === "refresh") await refresh(metadataDir, need("metadata-url"));
    else if (command === "download") {
      const trusted = await refresh(metadataDir, need("metadata-url"));
      await download(trusted, need("target-name"), need("target-base-url"), need("target-dir"));
    } else throw new Error(`no such command: ${command}`);
    return 0;
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function init(metadataDir: string, trustedRoot: string): Promise<void> {
  const root = await readFile(trustedRoot);
  await mkdir(metadataDir, { recursive: true });
  await writeFile(join(metadataDir, firstRootName), root);
  await writeFile(join(metadataDir, "root.json"), root);
}

async function refresh(metadataDir: string, metadataUrl: string): Promise<Trusted> {
  const platform = nodePlatform({ home: metadataDir });
  const root = await readFile(join(metadataDir, firstRootName));
  try {
    return await createTrustClient({ metadataUrl: metadataUrl.replace(/\/$/, ""), folder, platform, root }).refresh();
  } finally {
    // The suite looks at what is trusted also when a part of it was refused.
    const state = await createTrustStateFile(platform, folder).read();
    for (const role of ["root", "timestamp", "snapshot", "targets"] as const) {
      const text = state?.[role];
      if (text !== undefined) await writeFile(join(metadataDir, `${role}.json`), text);
    }
  }
}

async function download({ targets }: Trusted, name: string, baseUrl: string, targetDir: string): Promise<void> {
  const target = targets.get(name);
  if (!target) throw new Error(`no such target: ${name}`);
  const path = join(targetDir, encodeURIComponent(name));
  const isRight = (bytes: Uint8Array) => bytes.length === target.length && createHash("sha256").update(bytes).digest("hex") === target.hashes.sha256;
  const known = await readFile(path).catch(() => undefined);
  if (known && isRight(known)) return;
  const slash = name.lastIndexOf("/") + 1;
  const url = `${baseUrl.replace(/\/$/, "")}/${encodeURI(name.slice(0, slash))}${target.hashes.sha256}.${encodeURIComponent(name.slice(slash))}`;
  const bytes = await fetchAtMost(url, target.length);
  if (!isRight(bytes)) throw new Error(`${name} is not what its targets metadata name`);
  await mkdir(targetDir, { recursive: true });
  await writeFile(path, bytes);
}

async function fetchAtMost(url: string, limitBytes: number): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body ?? []) {
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) throw new Error(`${url} is longer than ${limitBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
