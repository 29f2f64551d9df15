import { TenfoldError } from "@tenfold/catalog";
import type { RemovalPlan } from "@tenfold/core";
import { type GlobalOptions, openTenfold, type Session, splitInstalledName } from "../session.ts";
import { confirm } from "../terminal/confirm.ts";
import { formatSize } from "../terminal/format-size.ts";

export async function rm(session: Session, name: string, options: GlobalOptions & { yes?: boolean }, signal: AbortSignal): Promise<void> {
  const { model, variant } = splitInstalledName(name);
  const { store } = openTenfold(session, options);
  const plan = await store.planRemoval(model, variant);
  if (plan.variants.length === 0) {
    throw new TenfoldError("not-installed", `${name} is not installed.`, { remedy: "See what is with `tenfold list --installed`." });
  }
  if (!options.json) session.stderr.write(describePlan(plan));
  if (!options.yes && !(await confirm(session, "Remove?", signal))) {
    session.stderr.write("Nothing was removed.\n");
    return;
  }
  const { removed, freedBytes } = await store.remove(plan);
  if (options.json) session.stdout.write(`${JSON.stringify({ removed, freedBytes, kept: plan.kept })}\n`);
  else session.stdout.write(`Removed ${removed.map((one) => `${one.model}:${one.variant}`).join(", ")}; ${formatSize(freedBytes)} are free again.\n`);
}

function describePlan({ variants, freed, freedBytes, kept }: RemovalPlan): string {
  const lines = variants.map((one) => `${one.model}:${one.variant}${one.pinned ? " (pinned)" : ""}`);
  lines.push(`frees ${formatSize(freedBytes)} in ${freed.length} ${freed.length === 1 ? "file" : "files"}`);
  for (const { sizeBytes, neededBy } of kept) lines.push(`keeps ${formatSize(sizeBytes)} that ${neededBy.join(", ")} needs`);
  return `${lines.join("\n")}\n`;
}
