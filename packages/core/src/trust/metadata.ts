import { parseJson, TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import { untrusted } from "./trust-refusal.ts";

const positiveSchema = z.int().check(z.positive());
const distinct = <Item>(items: readonly Item[]) => new Set(items).size === items.length;

/** What every role's metadata say. */
const common = {
  spec_version: z.string().check(z.regex(/^1\./, "expected version 1 of the TUF specification")),
  version: positiveSchema,
  expires: z.iso.datetime(),
};

/** Keys of kinds that this client does not know are carried, and never counted. */
const keySchema = z.object({ keytype: z.string(), scheme: z.string(), keyval: z.object({ public: z.string() }) });
const roleSchema = z.object({ keyids: z.array(z.string()).check(z.refine(distinct, "expected each key once")), threshold: positiveSchema });
const hashesSchema = z.record(z.string(), z.string());
const metaFileSchema = z.object({ version: positiveSchema, length: z.optional(z.int().check(z.nonnegative())), hashes: z.optional(hashesSchema) });

const targetFileSchema = z.object({
  length: z.int().check(z.nonnegative()),
  hashes: z.object({ sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
  custom: z.optional(z.record(z.string(), z.unknown())),
});
/** What a release, or any other target, must be. */
export type TargetFile = z.infer<typeof targetFileSchema>;

const rootSchema = z.object({
  ...common,
  _type: z.literal("root"),
  consistent_snapshot: z.literal(true),
  keys: z.record(z.string(), keySchema),
  roles: z.object({ root: roleSchema, timestamp: roleSchema, snapshot: roleSchema, targets: roleSchema }),
  /** Set by a hub whose keys were made without a person: they prove nothing about who it is. */
  "x-tenfold-development": z.optional(z.boolean()),
});
const timestampSchema = z.object({ ...common, _type: z.literal("timestamp"), meta: z.object({ "snapshot.json": metaFileSchema }) });
const snapshotSchema = z.object({ ...common, _type: z.literal("snapshot"), meta: z.record(z.string(), metaFileSchema) });
const targetsSchema = z.object({ ...common, _type: z.literal("targets"), targets: z.record(z.string(), targetFileSchema) });

export type MetaFile = z.infer<typeof metaFileSchema>;
export type Root = z.infer<typeof rootSchema>;
export type Timestamp = z.infer<typeof timestampSchema>;
export type Snapshot = z.infer<typeof snapshotSchema>;
export type Targets = z.infer<typeof targetsSchema>;
export type RoleName = keyof Root["roles"];

const signatureSchema = z.object({ keyid: z.string(), sig: z.string() });
export type Signature = z.infer<typeof signatureSchema>;
const signatures = z.array(signatureSchema).check(
  z.maxLength(64),
  z.refine((list) => distinct(list.map(({ keyid }) => keyid)), "expected at most one signature by each key"),
);

/** Metadata as they came: what they say, who signed it, and the value that the signatures are over. */
export interface Envelope<Signed> {
  readonly bytes: Uint8Array;
  readonly signed: Signed;
  readonly signatures: readonly Signature[];
  /** `signed` with every field that this version does not know. */
  readonly raw: unknown;
}

function reader<Schema extends z.core.$ZodType>(role: RoleName, schema: Schema) {
  const envelopeSchema = z.object({ signatures, signed: schema });
  return (bytes: Uint8Array): Envelope<z.output<Schema>> => {
    const text = new TextDecoder().decode(bytes);
    try {
      const envelope = parseJson(envelopeSchema, text, `${role} metadata`) as { signatures: Signature[]; signed: z.output<Schema> };
      return { bytes, ...envelope, raw: (JSON.parse(text) as { signed: unknown }).signed };
    } catch (error) {
      if (!TenfoldError.is(error)) throw error;
      throw untrusted("malformed", error.message, error);
    }
  };
}

export const readRoot = reader("root", rootSchema);
export const readTimestamp = reader("timestamp", timestampSchema);
export const readSnapshot = reader("snapshot", snapshotSchema);
export const readTargets = reader("targets", targetsSchema);

/** Most bytes that metadata may have before anything in them is believed. */
export const metadataLimits = { root: 512_000, timestamp: 16_384, snapshot: 2_000_000, targets: 5_000_000 } as const satisfies Record<RoleName, number>;
