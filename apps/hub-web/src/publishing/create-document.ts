import { createHash } from "node:crypto";
import { canonicalJson } from "@tenfold/catalog";
import type { DocumentKind } from "../generated/prisma/enums.ts";

export interface NewDocument {
  readonly sha256: string;
  readonly kind: DocumentKind;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The bytes that a value is published as, and their digest. */
export function createDocument(kind: DocumentKind, value: unknown): NewDocument {
  const bytes = new TextEncoder().encode(canonicalJson(value));
  return { sha256: createHash("sha256").update(bytes).digest("hex"), kind, bytes };
}
