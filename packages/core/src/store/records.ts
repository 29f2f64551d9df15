import { chunkListSchema, filePathSchema, idSchema, parseJson, sha256Schema, sizeBytesSchema, timestampSchema, variantSchema } from "@tenfold/catalog";
import { z } from "zod";
import type { ModelMetadata } from "../contract/installed-model.ts";

const metadataSchema: z.ZodType<ModelMetadata> = z.object({
  format: z.string(),
  name: z.string().exactOptional(),
  architecture: z.string().exactOptional(),
  parameterCount: z.number().exactOptional(),
  quantization: z.string().exactOptional(),
  contextLength: z.number().exactOptional(),
  embeddingLength: z.number().exactOptional(),
  layerCount: z.number().exactOptional(),
  vocabularySize: z.number().exactOptional(),
  chatTemplate: z.string().exactOptional(),
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

export function readRecord<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array, path: string): z.output<Schema> {
  return parseJson(schema, new TextDecoder().decode(bytes), `record ${path}`, "storage-failed");
}

export function recordBytes(record: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
}
