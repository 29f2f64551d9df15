import {
  chunkListSchema,
  filePathSchema,
  idSchema,
  parseJson,
  sha256Schema,
  sizeBytesSchema,
  TenfoldError,
  timestampSchema,
  variantSchema,
} from "@tenfold/catalog";
import * as z from "zod/mini";
import type { ModelMetadata } from "../contract/installed-model.ts";

const metadataSchema: z.ZodMiniType<ModelMetadata> = z.object({
  format: z.string(),
  name: z.exactOptional(z.string()),
  architecture: z.exactOptional(z.string()),
  parameterCount: z.exactOptional(z.number()),
  quantization: z.exactOptional(z.string()),
  contextLength: z.exactOptional(z.number()),
  embeddingLength: z.exactOptional(z.number()),
  layerCount: z.exactOptional(z.number()),
  vocabularySize: z.exactOptional(z.number()),
  chatTemplate: z.exactOptional(z.string()),
  validation: z.exactOptional(z.literal("opaque")),
  details: z.exactOptional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
});

/** What the store remembers of an installed variant: enough to load it with no hub in reach. */
export const installRecordSchema = z.object({
  schemaVersion: z.literal(1),
  model: idSchema,
  name: z.string(),
  variant: variantSchema,
  /** Address of the hub that published it. */
  hubUrl: z.string(),
  manifestSha256: sha256Schema,
  installedAt: timestampSchema,
  files: z.array(z.object({ path: filePathSchema, sha256: sha256Schema, sizeBytes: sizeBytesSchema })),
  metadata: metadataSchema,
});
export type InstallRecord = z.infer<typeof installRecordSchema>;

/** Lies beside a complete file. A stamp that differs is the reason to verify again. */
export const blobRecordSchema = z.object({ schemaVersion: z.literal(1), stamp: z.string(), chunkList: chunkListSchema });
export type BlobRecord = z.infer<typeof blobRecordSchema>;

export function readRecord<Schema extends z.core.$ZodType>(schema: Schema, bytes: Uint8Array, path: string): z.output<Schema> {
  return parseJson(schema, new TextDecoder().decode(bytes), `record ${path}`, "storage-failed");
}

/** As {@link readRecord}, but what a newer version wrote is said to be that. @throws TenfoldError `unsupported-schema-version`, `storage-failed`. */
export function readOwnRecord<Schema extends z.core.$ZodType>(schema: Schema, bytes: Uint8Array, path: string): z.output<Schema> {
  if (versionOf(bytes) > recordVersion) {
    throw new TenfoldError("unsupported-schema-version", `${path} was written by a newer version of Tenfold.`, { stage: "storage" });
  }
  return readRecord(schema, bytes, path);
}

/** The newest version of every kind of record that this version knows. */
export const recordVersion = 1;

/** What a record says its version is; 0 when it says nothing. */
export function versionOf(bytes: Uint8Array): number {
  try {
    const version = (JSON.parse(new TextDecoder().decode(bytes)) as { schemaVersion?: unknown } | null)?.schemaVersion;
    return typeof version === "number" ? version : 0;
  } catch {
    return 0;
  }
}

/** Digests that a record's text mentions. Whoever wrote it may need those files. */
export function mentionedDigests(bytes: Uint8Array): string[] {
  return [...new Set(new TextDecoder().decode(bytes).match(/\b[0-9a-f]{64}\b/g) ?? [])];
}

export function recordBytes(record: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
}
