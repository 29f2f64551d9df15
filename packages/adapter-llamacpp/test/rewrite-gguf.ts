import { readFile, writeFile } from "node:fs/promises";
import { type Gguf, type GgufTensor, readGguf } from "@tenfold/core/gguf";
import { encodeGguf, type HeaderTensor, type HeaderValue } from "@tenfold/tooling/gguf-header";

export interface RewriteOptions {
  metadata?: Readonly<Record<string, HeaderValue>>;
  /** What becomes of a tensor; absent: it stays. Its name and shape do anyhow. */
  tensor?(tensor: GgufTensor, bytes: Uint8Array): { type: HeaderTensor["type"]; bytes: Uint8Array };
  more?: readonly { tensor: HeaderTensor; bytes: Uint8Array }[];
}

/** Writes a GGUF file as another one with changes. Lists of its metadata are kept as strings or whole numbers. */
export async function rewriteGguf(from: string, to: string, { metadata = {}, tensor: change, more = [] }: RewriteOptions): Promise<void> {
  const original = await readFile(from);
  const gguf = await readGguf({ sizeBytes: original.length, read: async ({ start, end }) => original.subarray(start, end) });
  const tensors = gguf.tensors.map((tensor) => {
    const start = gguf.dataOffset + tensor.offset;
    const bytes = original.subarray(start, start + tensor.sizeBytes);
    const changed = change?.(tensor, bytes) ?? { type: tensor.type as HeaderTensor["type"], bytes };
    return { tensor: { name: tensor.name, shape: tensor.shape, type: changed.type }, bytes: changed.bytes };
  });
  const all = [...tensors, ...more];
  const { head, sizeBytes } = encodeGguf(
    { ...(await metadataOf(gguf)), ...metadata },
    all.map(({ tensor }) => tensor),
  );
  const written = new Uint8Array(sizeBytes);
  written.set(head);
  let at = head.length;
  for (const { bytes } of all) {
    written.set(bytes, at);
    at += Math.ceil(bytes.length / 32) * 32;
  }
  await writeFile(to, written);
}

async function metadataOf(gguf: Gguf): Promise<Record<string, HeaderValue>> {
  const metadata: Record<string, HeaderValue> = {};
  for (const [key, entry] of gguf.metadata) {
    if (entry.type === "array") {
      const values = (await gguf.array(key)) ?? [];
      metadata[key] = typeof values[0] === "string" ? { strings: values as string[] } : { int32s: values as number[] };
    } else metadata[key] = entry.type === "float32" ? { float: Number(entry.value) } : (entry.value as string | number | boolean);
  }
  return metadata;
}
