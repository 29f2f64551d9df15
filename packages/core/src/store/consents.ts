import { idSchema, type Licence, timestampSchema } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Files } from "../platform/files.ts";
import { lockStore } from "./claims.ts";
import { readOwnRecord, recordBytes } from "./records.ts";

export const consentsPath = "consents.json";
const consentSchema = z.object({
  licence: z.string(),
  /** The text that was accepted. Without one the consent holds for its model only: names of licences are not unique. */
  url: z.exactOptional(z.string()),
  model: idSchema,
  acceptedAt: timestampSchema,
});
const consentsSchema = z.object({ schemaVersion: z.literal(1), consents: z.array(consentSchema) });

/** That somebody accepted a licence, when, and for which model they were asked. */
export type Consent = z.infer<typeof consentSchema>;

export async function readConsents(files: Files): Promise<Consent[]> {
  if (!(await files.stat(consentsPath))) return [];
  return readOwnRecord(consentsSchema, await files.read(consentsPath), consentsPath).consents;
}

export function isAccepted(consents: readonly Consent[], { id, url }: Licence, model: string): boolean {
  return consents.some((one) => one.licence === id && one.url === url && (url !== undefined || one.model === model));
}

export async function addConsent(files: Files, consent: Consent): Promise<void> {
  const lock = await lockStore(files);
  try {
    await files.writeAtomic(consentsPath, recordBytes({ schemaVersion: 1, consents: [...(await readConsents(files)), consent] }));
  } finally {
    await lock.release();
  }
}
