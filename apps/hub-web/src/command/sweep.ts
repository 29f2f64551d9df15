import { readConfiguration } from "../configuration.ts";
import { formatBytes } from "../format/format-bytes.ts";
import { openHub } from "../hub/open-hub.ts";
import { createLog } from "../log.ts";
import { planSweep } from "../sweeping/plan-sweep.ts";
import { sweep } from "../sweeping/sweep.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";

/** `tenfold-hub sweep`: removes what nobody needs, or shows what it would remove. The hub of this data folder must be stopped. */
export async function sweepOffline({ dryRun = false, ...options }: DataOption & { readonly dryRun?: boolean }, write: (text: string) => void): Promise<void> {
  const {
    port: _port,
    host: _host,
    proxies: _proxies,
    graceMs: _graceMs,
    logFormat: _format,
    jobs: _jobs,
    ...hubOptions
  } = readConfiguration(commandEnvironment(options));
  const hub = await openHub({ ...hubOptions, log: createLog((line) => process.stderr.write(`${line}\n`)) });
  try {
    if (!dryRun) {
      const { jobs, uploads, transfers, files, sizeBytes } = await sweep(hub, "console");
      write(`removed: ${jobs} jobs, ${uploads} uploads, ${transfers} transfers, ${files} files (${formatBytes(sizeBytes)})\n`);
      return;
    }
    const { jobs, uploads, transfers, unused, strays } = await planSweep(hub);
    write(`would be removed: ${jobs} jobs\n`);
    for (const { name, sizeBytes } of uploads) write(`upload    ${name}  ${formatBytes(sizeBytes)}\n`);
    for (const { name, begunAt } of transfers) write(`transfer  ${name}  begun ${begunAt}\n`);
    for (const { sha256, sizeBytes } of unused) write(`unused    ${sha256}  ${formatBytes(sizeBytes)}\n`);
    for (const { sha256, sizeBytes } of strays) write(`stray     ${sha256}  ${formatBytes(sizeBytes)}\n`);
  } finally {
    await hub.close();
  }
}
