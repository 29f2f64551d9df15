import type { GlobalOptions, Session } from "../session.ts";
import { followLink, parseTenfoldLink } from "../tenfold-link.ts";
import type { LicenceOptions } from "../terminal/ask-licence.ts";
import { confirm } from "../terminal/confirm.ts";
import { addHub } from "./hub.ts";
import { pull } from "./pull.ts";
import { show } from "./show.ts";

/**
 * `tenfold open`: what a link's page promised. A model is shown and, when somebody says so, installed; a hub is added by its fingerprint, which is asked
 * about even though the link names it: a link says nothing of who sent it.
 */
export async function open(session: Session, link: string, options: GlobalOptions & LicenceOptions & { yes?: boolean }, signal: AbortSignal): Promise<void> {
  const target = parseTenfoldLink(link);
  if (target.kind === "hub") {
    const { url, fingerprint } = target;
    session.stderr.write(`The link names ${url}, with the fingerprint\n  ${fingerprint}\n`);
    if (options.yes || (await confirm(session, "Is that what the hub's owner told you?", signal)))
      return addHub(session, url, { ...options, fingerprint }, signal);
    session.stderr.write("The hub was not added.\n");
    return;
  }
  const { name, options: followed } = followLink(session, link, options);
  if (!options.json) await show(session, name, followed, signal);
  if (!options.yes && !(await confirm(session, `Install ${name}?`, signal))) return;
  await pull(session, name, followed, signal);
  if (!options.json) session.stdout.write(`Try it: tenfold run ${name} "Hello"\n`);
}
