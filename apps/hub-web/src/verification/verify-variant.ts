import { mkdir, rm, statfs } from "node:fs/promises";
import { arch, platform, release } from "node:os";
import { join } from "node:path";
import { type Artifact, idSchema, TenfoldError, type Variant } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { z } from "zod";
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
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder, { recursive: true });
        await requireSpace(folder, variant);
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
        await rm(folder, { recursive: true, force: true });
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
  if (files.some(({ artifact }) => artifact.archive !== undefined)) {
    return [claims, { name: "format", outcome: "skipped", detail: "The hub does not look into archives: clients hold each member to its digest." }];
  }
  job.progress({ stage: "checking the format" });
  const installed = files.map(installedFile);
  const { checks, metadata } = await checkFormat(variant, installed, model, job.signal);
  if (metadata === undefined) return [claims, ...checks];
  job.progress({ stage: "checking tokenizer and chat template" });
  const prompts = await checkPrompts(installed, job.signal);
  job.progress({ stage: "loading the model" });
  const framework = await open(variant.format, (level, message) => level !== "debug" && job.log(message, level === "info" ? "info" : "warning"));
  if (framework.isAvailable) tools[framework.name] = framework.version;
  const installedModel: InstalledModel = { id: model.id, variant, metadata, files: installed, directory: folder };
  const loading = await checkFramework({ framework, model: installedModel, tokenizer: prompts.tokenizer, signal: job.signal });
  return [claims, ...checks, ...prompts.checks, ...loading];
}

function installedFile({ artifact: { path }, location, chunkList: { sizeBytes, sha256 } }: BroughtFile): InstalledFile {
  const opened = nodePlatform({ home: "/" })
    .openLocal?.(location)
    .then(([file]) => file);
  return { path, sizeBytes, sha256, location: () => location, read: async (range) => (await opened)?.read(range) ?? new Uint8Array() };
}

async function findVariant(database: Database, { modelId, variant: id }: z.output<typeof verifyVariantInput>) {
  const row = await database.model.findUnique({ where: { id: modelId }, include: manifestInclude });
  const model = row === null ? undefined : manifestOfModel(row);
  const variant = model?.variants.find((one) => one.id === id);
  if (model === undefined || variant === undefined) throw new TenfoldError("unknown-variant", `There is no ${modelId}:${id} any more.`);
  if (variant.artifacts.length === 0) throw new TenfoldError("no-source", `${modelId}:${id} has no files.`);
  return { model, variant };
}

const spareBytes = 256 * 1024 * 1024;

async function requireSpace(folder: string, { artifacts }: Variant): Promise<void> {
  const neededBytes = artifacts.reduce((sum, { sizeBytes }: Artifact) => sum + (sizeBytes?.value ?? 0), spareBytes);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes) return;
  throw new TenfoldError("disk-full", `The hub's disk has ${bavail * bsize} bytes left, and ${neededBytes} are needed.`, {
    remedy: "Free some space, then start the job again.",
  });
}
