import { mkdir, rm } from "node:fs/promises";
import { arch, platform, release } from "node:os";
import { join } from "node:path";
import { type Artifact, idSchema, TenfoldError, type Variant } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { z } from "zod";
import { openLocalFile } from "../artifacts/open-local-file.ts";
import { requireSpace, type UnpackedFile } from "../artifacts/unpack-archive.ts";
import type { Database } from "../database/open-database.ts";
import { type JobContext, type JobKind, jobKind } from "../jobs/job-kind.ts";
import { createDocument } from "../publishing/create-document.ts";
import { manifestInclude, manifestOfModel } from "../publishing/manifest-of-model.ts";
import { toolName } from "../tool-name.ts";
import { type BringParts, type BroughtFile, bringArtifact } from "./bring-artifact.ts";
import type { Check } from "./check.ts";
import { checkFormat } from "./check-format.ts";
import { checkFramework } from "./check-framework.ts";
import { checkPrompts } from "./check-prompts.ts";
import { compareClaims } from "./compare-claims.ts";
import { openFramework } from "./open-framework.ts";
import { recordVerification } from "./record-verification.ts";
import { unpackMembers } from "./unpack-members.ts";

export const verifyVariantInput = z.object({
  modelId: idSchema,
  variant: idSchema,
  /** Whether the hub keeps the files and serves them. */
  keep: z.boolean(),
});

export interface VerifyParts extends BringParts {
  readonly database: Database;
  /** Where files lie while they are looked at; in the data folder, so that they can be kept by moving them. */
  readonly folder: string;
  readonly clock: () => Date;
  /** What models are tried with. Default: what runs here. */
  readonly openFramework?: typeof openFramework | undefined;
}

/**
 * Reads every file of a variant once, hashes it whole and by chunk, and looks at it in every way that this hub can. What was found is kept as evidence,
 * and what passed is written on the artifacts. A model that is refused is a result, not a failure; a source that is out of reach is tried again.
 */
export function verifyVariantKind(parts: VerifyParts): JobKind {
  return jobKind({
    name: "verify-variant",
    input: verifyVariantInput,
    mostAttempts: 5,
    async run(input, job) {
      const startedAt = parts.clock();
      const { model, variant } = await findVariant(parts.database, input);
      const folder = join(parts.folder, job.jobId);
      const lines: string[] = [];
      const log: JobContext["log"] = (message, level) => {
        lines.push(`${parts.clock().toISOString()} ${level === undefined ? "" : `${level}: `}${message}`);
        job.log(message, level);
      };
      try {
        for (const path of [folder, `${folder}.unpacked`]) await rm(path, { recursive: true, force: true });
        await mkdir(folder, { recursive: true });
        await requireSpace(folder, neededBytes(variant));
        const files: BroughtFile[] = [];
        for (const artifact of variant.artifacts) files.push(await bringArtifact(artifact, folder, parts, { ...job, log }));
        const tools: Record<string, string> = { hub: toolName, node: process.version, system: `${platform()} ${release()} ${arch()}` };
        const checks = await checkAll({ model, variant, files, folder, tools, open: parts.openFramework ?? openFramework }, { ...job, log });
        for (const { name, outcome, detail } of checks) log(`${name}: ${outcome}. ${detail}`);
        const isRefused = checks.some(({ outcome }) => outcome === "failed");
        const documents = new Map(files.map((file) => [file, createDocument("chunkList", file.chunkList)]));
        // Bytes come before the rows that promise them; bytes that no row promises do no harm.
        const kept = new Map<string, string>();
        for (const { location, chunkList, from } of isRefused ? [] : files) {
          job.signal.throwIfAborted();
          if (kept.has(chunkList.sha256)) continue;
          const held = from === "this hub" ? await parts.database.storedFile.findUnique({ where: { sha256: chunkList.sha256 } }) : null;
          if (held !== null) kept.set(chunkList.sha256, held.path);
          else if (input.keep) {
            job.progress({ stage: "keeping the files" });
            kept.set(chunkList.sha256, (await parts.store.adopt(location, chunkList)).path);
          }
        }
        const verdict = isRefused ? "refused" : "verified";
        log(`verdict: ${verdict}`);
        return {
          result: { verdict, checks: checks.map((check) => ({ ...check })) },
          write: (transaction) =>
            recordVerification(transaction, {
              jobId: job.jobId,
              ...input,
              verdict,
              startedAt,
              finishedAt: parts.clock(),
              files,
              documents,
              kept,
              checks,
              tools,
              log: lines.join("\n"),
            }),
        };
      } finally {
        for (const path of [folder, `${folder}.unpacked`]) await rm(path, { recursive: true, force: true });
      }
    },
  });
}

interface Subject {
  readonly model: { readonly id: string; readonly architecture?: string | undefined; readonly contextLength?: number | undefined };
  readonly variant: Variant;
  readonly files: readonly BroughtFile[];
  readonly folder: string;
  /** What was used, by name; what is used here is added. */
  readonly tools: Record<string, string>;
  readonly open: typeof openFramework;
}

async function checkAll({ model, variant, files, folder, tools, open }: Subject, job: JobContext): Promise<Check[]> {
  const claims = compareClaims(files);
  // Other bytes than were asked for are not looked into any further.
  if (claims.outcome === "failed") return [claims];
  const unpacked = await unpackMembers(files, folder, job);
  if (unpacked.refusal !== undefined) return [{ name: "files", outcome: "failed", detail: unpacked.refusal }];
  job.progress({ stage: "checking the format" });
  const installed = await Promise.all(unpacked.files.map(installedFile));
  const { checks, metadata } = await checkFormat(variant, installed, model, job.signal);
  if (metadata === undefined) return [claims, ...checks];
  job.progress({ stage: "checking tokenizer and chat template" });
  const prompts = await checkPrompts(installed, job.signal);
  job.progress({ stage: "loading the model" });
  const framework = await open(variant.format, (level, message) => level !== "debug" && job.log(message, level === "info" ? "info" : "warning"));
  if (framework.isAvailable) tools[framework.name] = framework.version;
  const installedModel: InstalledModel = { id: model.id, variant, metadata, files: installed, directory: unpacked.folder };
  const loading = await checkFramework({ framework, model: installedModel, tokenizer: prompts.tokenizer, signal: job.signal });
  return [claims, ...checks, ...prompts.checks, ...loading];
}

async function installedFile({ path, location, sizeBytes, sha256 }: UnpackedFile): Promise<InstalledFile> {
  const { read } = await openLocalFile(location);
  return { path, sizeBytes, sha256, location: () => location, read };
}

async function findVariant(database: Database, { modelId, variant: id }: z.output<typeof verifyVariantInput>) {
  const row = await database.model.findUnique({ where: { id: modelId }, include: manifestInclude });
  const model = row === null ? undefined : manifestOfModel(row);
  const variant = model?.variants.find((one) => one.id === id);
  if (model === undefined || variant === undefined) throw new TenfoldError("unknown-variant", `There is no ${modelId}:${id} any more.`);
  if (variant.artifacts.length === 0) throw new TenfoldError("no-source", `${modelId}:${id} has no files.`);
  return { model, variant };
}

/** Archives lie beside what they hold. */
function neededBytes({ artifacts }: Variant): number {
  const members = ({ archive }: Artifact) => archive?.members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) ?? 0;
  return artifacts.reduce((sum, artifact) => sum + (artifact.sizeBytes?.value ?? 0) + members(artifact), 0);
}
