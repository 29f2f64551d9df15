import { type ModelFormat, TenfoldError } from "@tenfold/catalog";
import { type Adoption, adoptModels, type CachedModel, createStore, type Store } from "@tenfold/core";
import { detectFormat } from "@tenfold/core/formats";
import { createNodeFiles, nodePlatform } from "@tenfold/core/node";
import { type CachePlace, cachePlaces } from "../cache-places.ts";
import { exitCodeOf } from "../exit-codes.ts";
import { type GlobalOptions, homeOf, type Session } from "../session.ts";
import { confirm } from "../terminal/confirm.ts";
import { formatSize } from "../terminal/format-size.ts";
import { formatTable } from "../terminal/table.ts";

interface Found {
  program: CachePlace["program"];
  /** As that program calls it. */
  name: string;
  id: string;
  variant?: string;
  format: string;
  sizeBytes: number;
  installed: boolean;
  cached: CachedModel;
}

/** Models that other programs have fetched, without a second copy where the file system can. */
export async function adopt(
  session: Session,
  wanted: readonly string[],
  options: GlobalOptions & { dryRun?: boolean; yes?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { stdout, stderr } = session;
  const platform = nodePlatform({ home: homeOf(session, options) });
  const store = createStore(platform);
  const { found, unknown } = await look(session, store, signal);
  const chosen = choose(found, wanted);
  const fresh = chosen.filter(({ installed }) => !installed);
  if (options.json && options.dryRun) return void stdout.write(`${JSON.stringify({ found: chosen.map(({ cached, ...one }) => one) })}\n`);

  if (!options.json) describe(session, chosen, wanted.length > 0 ? 0 : unknown);
  if (options.dryRun) return;
  if (fresh.length > 0 && !options.yes && !(await confirm(session, "Adopt?", signal))) return void stderr.write("Nothing was adopted.\n");
  const outcome: Adoption = { adopted: [], refused: [] };
  for (const { cached } of fresh) {
    const { adopted, refused } = await adoptModels(platform, store, [cached], signal);
    for (const { model, variant } of options.json ? [] : adopted) stdout.write(`Adopted and verified ${model}:${variant.id}.\n`);
    for (const { name, error } of options.json ? [] : refused) stderr.write(`refused: ${name}: ${error.message}\n  ${error.remedy}\n`);
    outcome.adopted.push(...adopted);
    outcome.refused.push(...refused);
  }
  if (options.json) stdout.write(`${JSON.stringify(outcome)}\n`);
  const [first] = outcome.refused;
  if (first) session.exitCode = exitCodeOf(first.error);
}

/** What all places hold together. One that may not be read is said, and hides itself only. */
async function look(session: Session, store: Store, signal: AbortSignal): Promise<{ found: Found[]; unknown: number }> {
  const found: Found[] = [];
  let unknown = 0;
  for (const { program, folder, find } of cachePlaces(session.environment)) {
    signal.throwIfAborted();
    const models = await find(createNodeFiles(folder)).catch((error: unknown) => {
      if (!TenfoldError.is(error, "storage-failed")) throw error;
      session.stderr.write(`warning: ${program}: ${error.message}\n`);
      return [];
    });
    for (const cached of models) {
      const format = await formatOf(cached);
      const { name, id, variant, files } = cached;
      if (format === undefined || id === "") {
        unknown += 1;
        continue;
      }
      const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      const installed = variant !== undefined && (await store.find(id, variant)) !== undefined;
      found.push({ program, name, id, ...(variant === undefined ? {} : { variant }), format, sizeBytes, installed, cached });
    }
  }
  return { found, unknown };
}

async function formatOf({ files }: CachedModel): Promise<ModelFormat | undefined> {
  try {
    return (await detectFormat(files))?.format;
  } catch (error) {
    // A file that went away or may not be read is no model.
    if (TenfoldError.is(error)) return undefined;
    throw error;
  }
}

const nameOf = ({ id, variant }: Found) => (variant === undefined ? id : `${id}:${variant}`);

function choose(found: readonly Found[], wanted: readonly string[]): readonly Found[] {
  if (wanted.length === 0) return found;
  for (const name of wanted) {
    if (found.some((one) => isCalled(one, name))) continue;
    throw new TenfoldError("unknown-model", `No other program here has a model called ${name}.`, {
      remedy: "See what there is with `tenfold adopt --dry-run`.",
    });
  }
  return found.filter((one) => wanted.some((name) => isCalled(one, name)));
}

const isCalled = (one: Found, name: string) => [one.id, one.name, nameOf(one)].includes(name);

function describe({ stderr, stdout }: Session, found: readonly Found[], unknown: number): void {
  const rows = found.map((one) => [nameOf(one), formatSize(one.sizeBytes), one.format, one.installed ? "yes" : "", `${one.program} ${one.name}`]);
  if (rows.length > 0) stderr.write(formatTable(["MODEL", "SIZE", "FORMAT", "HERE", "FROM"], rows, stdout.columns));
  else stderr.write("Other programs hold no models here.\n");
  if (unknown > 0) stderr.write(`${unknown} more ${unknown === 1 ? "is" : "are"} in no format that is known here.\n`);
}
