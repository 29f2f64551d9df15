import { askedFor, type GlobalOptions, openTenfold, type Session, splitModelName } from "../session.ts";
import { askLicence, type LicenceOptions } from "../terminal/ask-licence.ts";
import { formatSize } from "../terminal/format-size.ts";
import { createProgressDisplay } from "../terminal/progress-display.ts";

export async function pull(session: Session, name: string, options: GlobalOptions & LicenceOptions & { variant?: string }, signal: AbortSignal): Promise<void> {
  const { model, variant = options.variant } = splitModelName(name);
  const display = createProgressDisplay(session.stderr, model);
  let received = false;
  const record = await openTenfold(session, options, askedFor(model))
    .pull(model, {
      ...(variant === undefined ? {} : { variant }),
      signal,
      acceptLicence: askLicence(session, model, options, signal, display.end),
      onProgress: (event) => {
        received ||= event.bytes !== undefined;
        display.show(event);
      },
    })
    .finally(() => display.end());
  if (options.json) {
    session.stdout.write(`${JSON.stringify(record)}\n`);
    return;
  }
  const sizeBytes = record.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const what = `${record.model}:${record.variant.id} (${formatSize(sizeBytes)})`;
  session.stdout.write(received ? `Installed and verified ${what}.\n` : `${what} is installed and verified already.\n`);
}
