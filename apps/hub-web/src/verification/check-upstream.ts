import { idSchema, type Manifest } from "@tenfold/catalog";
import { z } from "zod";
import type { Database } from "../database/open-database.ts";
import type { Importer } from "../imports/create-importer.ts";
import { type JobKind, jobKind } from "../jobs/job-kind.ts";
import { manifestInclude, manifestOfModel } from "../publishing/manifest-of-model.ts";

/** What moved, in an upstream's words before and now. */
interface Drift {
  readonly kind: "gone" | "commit" | "digest" | "size";
  readonly subject: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Asks the repositories that a model came from what their branch is at now, and leaves an alert for what is not as it was imported. Nothing of
 * the model changes: its sources are pinned.
 */
export function checkUpstreamKind({ database, importer }: { database: Database; importer: Importer }): JobKind {
  return jobKind({
    name: "check-upstream",
    input: z.object({ modelId: idSchema }),
    mostAttempts: 3,
    async run({ modelId }, job) {
      const row = await database.model.findUnique({ where: { id: modelId }, include: manifestInclude });
      if (row === null) return { result: { drifts: 0 } };
      const model = manifestOfModel(row);
      const drifts: Drift[] = [];
      for (const repository of repositoriesOf(model)) {
        job.progress({ stage: `asking ${repository}` });
        const now = await importer.look(repository, job.signal);
        drifts.push(...compare(model, repository, now));
      }
      for (const { kind, subject, before, after } of drifts) job.log(`${subject}: ${kind} was ${before} and is ${after}`, "warning");
      return {
        result: { drifts: drifts.length },
        write: async (transaction) => {
          await transaction.driftAlert.createMany({ data: drifts.map((drift) => ({ modelId, ...drift })), skipDuplicates: true });
        },
      };
    },
  });
}

function repositoriesOf(model: Manifest): string[] {
  const sources = model.variants.flatMap(({ artifacts }) => artifacts.flatMap((artifact) => artifact.sources));
  return [...new Set(sources.flatMap((source) => (source.kind === "hugging-face" ? [source.repository] : [])))];
}

function compare(model: Manifest, repository: string, now: Manifest | undefined): Drift[] {
  if (now === undefined) return [{ kind: "gone", subject: repository, before: "there", after: "gone" }];
  const theirs = new Map(now.variants.flatMap(({ artifacts }) => artifacts.map((artifact) => [artifact.path, artifact])));
  const drifts = new Map<string, Drift>();
  const add = (drift: Drift) => drifts.set(`${drift.kind} ${drift.subject}`, drift);
  for (const { id, artifacts } of model.variants) {
    for (const { path, sources, sha256, sizeBytes } of artifacts) {
      const source = sources.find((one) => one.kind === "hugging-face" && one.repository === repository);
      if (source?.kind !== "hugging-face") continue;
      const subject = `${id}/${path}`;
      const other = theirs.get(source.path);
      if (other === undefined) {
        add({ kind: "gone", subject, before: "there", after: "gone" });
        continue;
      }
      if (sha256 && other.sha256 && sha256.value !== other.sha256.value) add({ kind: "digest", subject, before: sha256.value, after: other.sha256.value });
      else if (sizeBytes && other.sizeBytes && sizeBytes.value !== other.sizeBytes.value) {
        add({ kind: "size", subject, before: String(sizeBytes.value), after: String(other.sizeBytes.value) });
      }
      const commit = other.sources.find((one) => one.kind === "hugging-face");
      const at = commit?.kind === "hugging-face" ? commit.revision?.value : undefined;
      if (source.revision && at !== undefined && at !== source.revision.value)
        add({ kind: "commit", subject: repository, before: source.revision.value, after: at });
    }
  }
  return [...drifts.values()];
}
