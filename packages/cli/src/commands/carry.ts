import { resolve } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import {
  type CarriedOrigin,
  createStore,
  exportIndexPath,
  exportModel,
  type ImportExportedOptions,
  type InstallRecord,
  importExported,
  importModel,
  moveModel,
  moveStore,
} from "@tenfold/core";
import { createNodeFiles, nodePlatform } from "@tenfold/core/node";
import { type GlobalOptions, homeOf, logTo, type Session, splitInstalledName } from "../session.ts";
import { formatSize } from "../terminal/format-size.ts";

function openStore(session: Session, options: GlobalOptions) {
  const platform = nodePlatform({ home: homeOf(session, options) });
  return { platform, store: createStore(platform) };
}

function describe(record: InstallRecord): string {
  return `${record.model}:${record.variant.id} (${formatSize(record.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))})`;
}

function describeOrigin(origin: CarriedOrigin): string {
  if (origin.kind === "unsigned") return `Not signed: ${origin.reason}. Its files are whole; whose they are, nobody vouches for.`;
  const keys = origin.isDevelopment ? ", development keys, which prove nothing" : "";
  return `Signed by ${origin.hubUrl} in its release ${origin.release} (root ${origin.rootFingerprint}${keys}).`;
}

export interface ImportCommandOptions extends GlobalOptions {
  id?: string;
  signature?: NonNullable<ImportExportedOptions["signature"]>;
}

/** A file or folder of the user's, or a folder that `tenfold export` wrote. */
export async function importPath(session: Session, path: string, options: ImportCommandOptions, signal: AbortSignal): Promise<void> {
  const { platform, store } = openStore(session, options);
  const folder = createNodeFiles(resolve(path));
  const isExport = (await folder.stat(exportIndexPath)) !== undefined;
  const { id, signature } = options;
  if (!isExport && signature === "required") {
    throw new TenfoldError("untrusted-catalog", `${path} is no export: only what \`tenfold export\` wrote can be signed.`);
  }
  const { record, origin } = isExport
    ? await importExported(platform, store, folder, { signal, log: logTo(session, options), ...(signature === undefined ? {} : { signature }) })
    : { record: await importModel(platform, store, path, { signal, ...(id === undefined ? {} : { id }) }), origin: undefined };
  if (options.json) {
    session.stdout.write(`${JSON.stringify({ ...record, ...(origin ? { origin } : {}) })}\n`);
    return;
  }
  const { architecture, quantization, contextLength } = record.metadata;
  const facts = [record.variant.format, architecture, quantization, contextLength === undefined ? undefined : `${contextLength} tokens of context`];
  session.stdout.write(`Installed and verified ${describe(record)}: ${facts.filter(Boolean).join(", ")}.\n${origin ? `${describeOrigin(origin)}\n` : ""}`);
}

export async function exportTo(session: Session, name: string, target: string, options: GlobalOptions, signal: AbortSignal): Promise<void> {
  const { platform, store } = openStore(session, options);
  const log = logTo(session, options);
  const { record, origin } = await exportModel(platform, store, splitInstalledName(name), createNodeFiles(resolve(target)), { log, signal });
  if (options.json) session.stdout.write(`${JSON.stringify({ ...record, origin })}\n`);
  else session.stdout.write(`Exported ${describe(record)}. ${describeOrigin(origin)}\nCarry the folder over and \`tenfold import ${target}\` it there.\n`);
}

export async function move(session: Session, target: string, options: GlobalOptions & { model?: string }, signal: AbortSignal): Promise<void> {
  const { platform, store } = openStore(session, options);
  const home = resolve(target);
  if (options.model !== undefined) {
    const moved = await moveModel(platform, store, splitInstalledName(options.model), createNodeFiles(home), { signal });
    if (options.json) session.stdout.write(`${JSON.stringify({ home, moved })}\n`);
    else session.stdout.write(`${moved.map(describe).join(", ")} ${moved.length === 1 ? "lies" : "lie"} in the store ${home} now: name it with --home.\n`);
    return;
  }
  let shown = -1;
  await moveStore(platform, createNodeFiles(home), {
    signal,
    onProgress({ movedBytes, totalBytes }) {
      const tenth = Math.floor((movedBytes / Math.max(1, totalBytes)) * 10);
      if (tenth > shown) session.stderr.write(`moved: ${tenth * 10} % of ${formatSize(totalBytes)}\n`);
      shown = tenth;
    },
  });
  if (options.json) session.stdout.write(`${JSON.stringify({ home })}\n`);
  else session.stdout.write(`The store lies in ${home} now. Set TENFOLD_HOME to it, or name it with --home.\n`);
}
