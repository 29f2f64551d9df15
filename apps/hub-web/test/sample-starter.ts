import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/** 20 MiB and a little: three chunks, the last of them short. The same bytes every time, and no two chunks alike. */
export function bigFile(): Buffer {
  const bytes = Buffer.alloc(20 * 1024 * 1024 + 5);
  for (let position = 0; position < bytes.length; position += 4096) bytes.writeUInt32LE(position, Math.min(position, bytes.length - 4));
  return bytes;
}

export const claim = "ab".repeat(32);

/** Three models: one served from a local file, one whose local file is not what was said, one known by claims alone. */
export function sampleModels() {
  const licence = { id: "Apache-2.0", gated: false };
  const elsewhere = { kind: "https", url: "https://files.example/wrong.gguf" };
  return [
    {
      id: "local",
      name: "Local Model",
      publisher: "Example",
      description: "Has its file here. And more to say of it.",
      licence,
      parameterCount: 135_000_000,
      contextLength: 2048,
      capabilities: ["chat", "tools"],
      tokenizer: { kind: "embedded" },
      chatTemplate: { kind: "embedded" },
      defaults: { temperature: 0.5 },
      languages: ["en"],
      variants: [
        {
          id: "gguf-q8_0",
          format: "gguf",
          quantization: "Q8_0",
          artifacts: [{ path: "local-q8_0.gguf", file: "files/big.gguf", sha256: sha256(bigFile()), sources: [elsewhere] }],
        },
        { id: "gguf-f32", format: "gguf", quantization: "F32", minimumMemoryBytes: 10, artifacts: [{ path: "local-f32.gguf", sizeBytes: 50_000_000 }] },
      ],
    },
    {
      id: "wrong",
      name: "Wrong Model",
      publisher: "Example",
      description: "Its file is not what the catalog says.",
      licence,
      capabilities: ["chat"],
      variants: [
        {
          id: "gguf",
          format: "gguf",
          artifacts: [{ path: "wrong.gguf", file: "files/small.bin", sha256: claim, claimedBy: "a liar", sources: [elsewhere, { kind: "hub" }] }],
        },
      ],
    },
    {
      id: "quite-claimed.model",
      name: "Claimed Model",
      publisher: "Somebody",
      description: "Nobody here has seen it",
      homepage: "https://example.com/model",
      licence: { id: "gemma", name: "Gemma Terms of Use", url: "https://ai.google.dev/gemma/terms", gated: true },
      capabilities: ["embeddings", "vision"],
      variants: [
        {
          id: "litertlm",
          format: "litertlm",
          target: { os: "ios" },
          frameworks: ["litert-lm"],
          artifacts: [
            {
              path: "model.litertlm",
              sizeBytes: 3_388_604_416,
              claimedBy: "an index",
              sources: [
                {
                  kind: "hugging-face",
                  repository: "a/b",
                  path: "folder/model.litertlm",
                  revision: { value: "c".repeat(40), evidence: { kind: "claimed", by: "an index" } },
                },
              ],
            },
            { path: "projector.bin", role: "projector", sha256: "cd".repeat(32), claimedBy: "an index" },
          ],
        },
      ],
    },
  ];
}

/** Writes a starter folder with these models and the two files they name. */
export async function writeStarter(folder: string, models: unknown = sampleModels()): Promise<string> {
  await mkdir(join(folder, "files"), { recursive: true });
  await writeFile(join(folder, "files/big.gguf"), bigFile());
  await writeFile(join(folder, "files/small.bin"), "not what was promised");
  await writeFile(join(folder, "models.json"), JSON.stringify({ schemaVersion: 1, models }));
  return folder;
}
