import { TenfoldError } from "@tenfold/catalog";
import { addNativePart, listNativeParts, type NativePartRecipe, removeNativePart } from "@tenfold/core/native-parts";
import { nativeParts } from "../native-parts.ts";
import { type GlobalOptions, logTo, openPlatform, openTenfold, type Session } from "../session.ts";
import { createProgressDisplay } from "../terminal/progress-display.ts";
import { formatTable } from "../terminal/table.ts";

export interface AddFrameworkOptions extends GlobalOptions {
  /** A wheel, the folder it lies in, or its address. */
  from?: string;
}

/** `tenfold frameworks list`: what runs here, what does not and what would help; and which native parts are in the store. */
export async function listFrameworks(session: Session, options: GlobalOptions): Promise<void> {
  const frameworks = await openTenfold(session, options).frameworks();
  const parts = await listNativeParts(openPlatform(session, options), logTo(session, options));
  const { stdout } = session;
  if (options.json) {
    stdout.write(`${JSON.stringify({ frameworks, parts })}\n`);
    return;
  }
  const rows = frameworks.map(({ framework, formats, support }) => [
    framework,
    formats.join(", "),
    support.available ? `${support.frameworkVersion}, on ${support.accelerators.join(", ")}` : `no: ${support.reason} ${support.remedy}`,
  ]);
  stdout.write(`${formatTable(["FRAMEWORK", "FORMATS", "RUNS HERE"], rows)}\n`);
  for (const { id, version, licence, folder } of parts) stdout.write(`Added: ${id} ${version}, ${licence.name}, in ${folder}\n`);
}

/** `tenfold frameworks add`: a native part comes into the store. */
export async function addFramework(session: Session, name: string, { from, ...options }: AddFrameworkOptions, signal: AbortSignal): Promise<void> {
  const recipe = recipeOf(name);
  const { title, version, licence } = recipe;
  if (!options.json) session.stderr.write(`${title} ${version}, licence ${licence.name}: ${licence.url}\n`);
  const display = createProgressDisplay(session.stderr, name);
  const part = await addNativePart(openPlatform(session, options), recipe, {
    ...(from === undefined ? {} : { from }),
    log: logTo(session, options),
    signal,
    onProgress: display.show,
  }).finally(() => display.end());
  session.stdout.write(options.json ? `${JSON.stringify(part)}\n` : `Added ${part.id} ${part.version} in ${part.folder}\n`);
}

/** `tenfold frameworks remove`. @throws TenfoldError `not-installed`. */
export async function removeFramework(session: Session, name: string, options: GlobalOptions, signal: AbortSignal): Promise<void> {
  const { id } = recipeOf(name);
  if (!(await removeNativePart(openPlatform(session, options), id, { signal }))) {
    throw new TenfoldError("not-installed", `${id} is not in the store.`, { remedy: "See what is: tenfold frameworks list." });
  }
  session.stdout.write(options.json ? `${JSON.stringify({ removed: id })}\n` : `Removed ${id}.\n`);
}

function recipeOf(name: string): NativePartRecipe {
  const found = nativeParts.find(({ id }) => id === name);
  if (found) return found;
  throw new TenfoldError("invalid-input", `${name} is nothing that is added to the store.`, {
    remedy: `These are: ${nativeParts.map(({ id }) => id).join(", ")}. Other frameworks come with their npm packages.`,
  });
}
