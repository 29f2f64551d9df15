import type { z } from "zod";
import type { Transaction } from "../database/transaction.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";
import type { readArchiveInput } from "./read-archive.ts";

/** Has an archive read, and answers the job's id. Asked again while it waits or runs, that job is the answer. */
export async function requestArchive(
  database: Transaction,
  from: z.input<typeof readArchiveInput>["from"],
  by: { readonly userId: string; readonly name: string },
): Promise<string> {
  const what = from.kind === "stored" ? from.name : from.kind === "archive" ? (from.url.split("?")[0] ?? "") : Object.values(from.handle).join("/");
  return enqueueJob(database, {
    kind: "read-archive",
    title: `Read ${what}`.slice(0, 300),
    input: { from, createdBy: by.userId },
    key: `archive ${JSON.stringify(from)}`,
    createdBy: by.name,
  });
}
