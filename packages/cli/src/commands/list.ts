import { type GlobalOptions, openTenfold, type Session } from "../session.ts";
import { formatTable } from "../terminal/table.ts";

export async function list(session: Session, options: GlobalOptions & { installed?: boolean }, signal: AbortSignal): Promise<void> {
  const { store, models: registry } = openTenfold(session, options);
  const installed = await store.installed();
  const { stdout } = session;
  if (options.installed) {
    const rows = installed.map(({ model, name, variant, installedAt }) => ({ model, name, variant: variant.id, format: variant.format, installedAt }));
    if (options.json) stdout.write(`${JSON.stringify(rows)}\n`);
    else if (rows.length === 0) stdout.write("Nothing is installed yet. See what there is with `tenfold list`.\n");
    else
      stdout.write(
        formatTable(
          ["MODEL", "FORMAT", "NAME"],
          rows.map((row) => [`${row.model}:${row.variant}`, row.format, row.name]),
          stdout.columns,
        ),
      );
    return;
  }
  const models = await registry.discover({ signal });
  const here = new Set(installed.map(({ model }) => model));
  if (options.json) {
    stdout.write(`${JSON.stringify(models.map((model) => ({ ...model, installed: here.has(model.id) })))}\n`);
    return;
  }
  if (models.length === 0) {
    stdout.write("The hub has published no models yet.\n");
    return;
  }
  const rows = models.map((model) => [model.id, here.has(model.id) ? "yes" : "", model.formats.join(", "), model.licence, model.name]);
  stdout.write(formatTable(["MODEL", "HERE", "FORMATS", "LICENCE", "NAME"], rows, stdout.columns));
}
