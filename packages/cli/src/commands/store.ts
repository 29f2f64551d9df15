import { type GlobalOptions, openTenfold, type Session, splitInstalledName } from "../session.ts";
import { formatSize } from "../terminal/format-size.ts";
import { formatTable } from "../terminal/table.ts";

/** Something in the store is not what it should be. */
const damagedExitCode = 5;

export async function du(session: Session, options: GlobalOptions): Promise<void> {
  const usage = await openTenfold(session, options).store.usage();
  const { stdout } = session;
  if (options.json) {
    stdout.write(`${JSON.stringify(usage)}\n`);
    return;
  }
  const rows = usage.models.map((one) => [
    `${one.model}:${one.variant}`,
    formatSize(one.sizeBytes),
    one.sharedBytes > 0 ? formatSize(one.sharedBytes) : "",
    one.pinned ? "yes" : "",
  ]);
  if (rows.length > 0) stdout.write(`${formatTable(["MODEL", "SIZE", "SHARED", "PINNED"], rows, stdout.columns)}\n`);
  const sum = (entries: readonly { sizeBytes: number }[]) => formatSize(entries.reduce((total, { sizeBytes }) => total + sizeBytes, 0));
  if (usage.partials.length > 0) stdout.write(`Not complete yet: ${sum(usage.partials)} in ${usage.partials.length} files.\n`);
  if (usage.orphans.length > 0) stdout.write(`Needed by no model: ${sum(usage.orphans)}; \`tenfold store gc\` frees it.\n`);
  stdout.write(`In all: ${formatSize(usage.totalBytes)}.\n`);
}

export async function gc(session: Session, options: GlobalOptions & { dryRun?: boolean }, signal: AbortSignal): Promise<void> {
  const report = await openTenfold(session, options).store.collectGarbage({ dryRun: options.dryRun ?? false, signal });
  const { stdout, stderr } = session;
  if (options.json) {
    stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  for (const { kind, path, sizeBytes } of report.garbage) stdout.write(`${kind.padEnd(8)}${formatSize(sizeBytes).padStart(8)}  ${path}\n`);
  for (const path of report.keptFor) stderr.write(`warning: ${path} is damaged; all complete files are kept until it is gone.\n`);
  stdout.write(`${options.dryRun ? "Would free" : "Freed"} ${formatSize(report.freedBytes)}.\n`);
}

export async function fsck(session: Session, options: GlobalOptions & { repair?: boolean }, signal: AbortSignal): Promise<void> {
  const findings = await openTenfold(session, options).store.fsck({ repair: options.repair ?? false, signal });
  const { stdout } = session;
  if (options.json) stdout.write(`${JSON.stringify(findings)}\n`);
  else if (findings.length === 0) stdout.write("The store is consistent.\n");
  else {
    for (const { message, remedy, repaired } of findings) stdout.write(`${repaired ? "repaired" : "found"}: ${message}${remedy ? `\n  ${remedy}` : ""}\n`);
  }
  if (findings.some(({ repaired }) => !repaired)) session.exitCode = damagedExitCode;
}

export async function verify(session: Session, name: string | undefined, options: GlobalOptions, signal: AbortSignal): Promise<void> {
  const { stdout, stderr } = session;
  let shown = -1;
  const report = await openTenfold(session, options).store.verify(name === undefined ? undefined : splitInstalledName(name).model, {
    signal,
    onProgress({ verifiedBytes, totalBytes }) {
      const tenth = Math.floor((verifiedBytes / totalBytes) * 10);
      if (tenth > shown) stderr.write(`verified: ${tenth * 10} % of ${formatSize(totalBytes)}\n`);
      shown = tenth;
    },
  });
  if (options.json) stdout.write(`${JSON.stringify(report)}\n`);
  else {
    for (const { usedBy, badChunks, missing } of report.damaged) {
      const names = usedBy.map(({ model, variant, path }) => `${model}:${variant} ${path}`).join(", ");
      const where = missing ? "is missing" : `is damaged at ${badChunks.map(({ start, end }) => `${start}–${end}`).join(", ")}`;
      stdout.write(`${names} ${where}\n`);
    }
    const outcome = report.damaged.length === 0 ? "all as they should be" : `${report.damaged.length} damaged; pull their models again to repair them`;
    stdout.write(`Verified ${report.files} files, ${formatSize(report.verifiedBytes)}: ${outcome}.\n`);
  }
  if (report.damaged.length > 0) session.exitCode = damagedExitCode;
}

export async function pin(session: Session, name: string, options: GlobalOptions, pinned: boolean): Promise<void> {
  const { model, variant } = splitInstalledName(name);
  const { store } = openTenfold(session, options);
  await (pinned ? store.pin(model, variant) : store.unpin(model, variant));
  const pins = await store.pins();
  session.stdout.write(options.json ? `${JSON.stringify(pins)}\n` : `${name} is ${pinned ? "pinned: it cannot be removed" : "not pinned any more"}.\n`);
}
