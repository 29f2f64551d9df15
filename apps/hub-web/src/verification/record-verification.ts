import { type Evidence, evidenceSchema } from "@tenfold/catalog";
import { saveStoredFiles } from "../artifacts/save-stored-files.ts";
import { recordRevision } from "../curation/record-revision.ts";
import type { Transaction } from "../database/transaction.ts";
import type { NewDocument } from "../publishing/create-document.ts";
import { saveDocuments } from "../publishing/save-documents.ts";
import { toolName } from "../tool-name.ts";
import type { BroughtFile } from "./bring-artifact.ts";
import type { Check, VerifiedFile } from "./check.ts";

export interface FoundOut {
  readonly jobId: string;
  readonly modelId: string;
  readonly variant: string;
  readonly verdict: "verified" | "refused";
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly files: readonly BroughtFile[];
  readonly documents: ReadonlyMap<BroughtFile, NewDocument>;
  /** Where the hub keeps the files, by SHA-256. */
  readonly kept: ReadonlyMap<string, string>;
  readonly checks: readonly Check[];
  readonly tools: Readonly<Record<string, string>>;
  readonly log: string;
}

/**
 * Keeps what was found, and writes it on the artifacts that passed: size, digest and chunk list as verified, and this hub as a source of what it keeps.
 * An artifact of which other bytes are claimed by now is left alone.
 */
export async function recordVerification(transaction: Transaction, found: FoundOut): Promise<void> {
  const { jobId, modelId, variant, verdict, startedAt, finishedAt, files, documents, kept, checks, tools, log } = found;
  await transaction.verification.create({
    data: {
      jobId,
      modelId,
      variant,
      verdict,
      startedAt,
      finishedAt,
      files: files.map((file) => ({ ...verifiedFile(file, documents.get(file)?.sha256 ?? "") })),
      checks: checks.map((check) => ({ ...check })),
      tools,
      log,
    },
  });
  if (verdict === "refused") return;
  await saveDocuments(transaction, [...documents.values()]);
  const stored = files.flatMap(({ chunkList: { sha256, sizeBytes } }, index) => {
    const path = kept.get(sha256);
    const chunkListSha256 = documents.get(files[index] as BroughtFile)?.sha256;
    return path === undefined || chunkListSha256 === undefined ? [] : [{ sha256, sizeBytes, path, chunkListSha256 }];
  });
  await saveStoredFiles(transaction, stored);
  const evidence: Evidence = { kind: "verified", by: "hub", at: finishedAt.toISOString(), tool: toolName };
  let changes = 0;
  for (const file of files) if (await writeOnArtifact(transaction, found, file, evidence)) changes += 1;
  // What the hub found out is part of what is reviewed and published.
  if (changes > 0) await recordRevision(transaction, "hub", modelId);
}

/**
 * Answers whether anything was changed: what was verified before and is found the same again stays as it is, so that looking once more makes nobody
 * review a model anew. When it was found so last, the verifications say.
 */
async function writeOnArtifact(
  transaction: Transaction,
  { modelId, variant, documents, kept }: FoundOut,
  file: BroughtFile,
  evidence: Evidence,
): Promise<boolean> {
  const { sha256, sizeBytes } = file.chunkList;
  const row = await transaction.artifact.findFirst({
    where: { path: file.artifact.path, variant: { modelId, name: variant }, OR: [{ sha256: null }, { sha256 }] },
    include: { sources: { orderBy: { position: "desc" } } },
  });
  if (row === null) return false;
  const chunkListSha256 = documents.get(file)?.sha256 ?? null;
  const isKnown = evidenceSchema.safeParse(row.sha256Evidence).data?.kind === "verified" && row.sha256 === sha256 && row.chunkListSha256 === chunkListSha256;
  if (!isKnown) {
    await transaction.artifact.update({
      where: { id: row.id },
      data: { sizeBytes, sizeEvidence: evidence, sha256, sha256Evidence: evidence, chunkListSha256, chunkListEvidence: evidence },
    });
  }
  if (!kept.has(sha256) || row.sources.some(({ kind }) => kind === "hub")) return !isKnown;
  // From the last to the first, so that no two stand in one place meanwhile.
  for (const { id, position } of row.sources) await transaction.source.update({ where: { id }, data: { position: position + 1 } });
  await transaction.source.create({ data: { artifactId: row.id, position: 0, kind: "hub" } });
  return true;
}

function verifiedFile({ artifact: { path, sizeBytes, sha256 }, chunkList, from }: BroughtFile, chunkListSha256: string): VerifiedFile {
  return {
    path,
    from,
    sizeBytes: chunkList.sizeBytes,
    sha256: chunkList.sha256,
    chunkListSha256,
    ...(sizeBytes && { claimedSizeBytes: sizeBytes.value }),
    ...(sha256 && { claimedSha256: sha256.value }),
  };
}
