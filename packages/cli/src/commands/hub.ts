import { TenfoldError } from "@tenfold/catalog";
import type { Platform } from "@tenfold/core";
import { createHubList, createTrustClient, type HubList, hubAddress, type Trusted, trustFolder } from "@tenfold/core/trust";
import { type GlobalOptions, openPlatform, type Session } from "../session.ts";
import { confirm } from "../terminal/confirm.ts";
import { formatTable } from "../terminal/table.ts";

export interface AddHubOptions extends GlobalOptions {
  /** What the root must have: then nobody is asked. */
  fingerprint?: string;
  yes?: boolean;
}

/** `tenfold hub add`: shows the fingerprint of a hub's root, and pins it when somebody says that it is right. */
export async function addHub(session: Session, url: string, options: AddHubOptions, signal: AbortSignal): Promise<void> {
  const platform = openPlatform(session, options);
  const address = hubAddress(url);
  const { fingerprint } = options;
  if (fingerprint !== undefined && !/^[0-9a-f]{64}$/.test(fingerprint)) throw new TenfoldError("invalid-input", "A fingerprint has 64 hexadecimal digits.");
  const hubs = createHubList(platform);
  const rootFingerprint = await confirmedRoot(session, address, options, platform, hubs, signal);
  if (rootFingerprint === undefined) {
    session.stderr.write("The hub was not added.\n");
    return;
  }
  const added = await hubs.add({ url: address, rootFingerprint });
  session.stdout.write(options.json ? `${JSON.stringify(added)}\n` : `Added ${address}.\n`);
}

/** The root to pin: the one that was named, also where no hub is in reach to show it, or the one that somebody says is right. */
async function confirmedRoot(
  session: Session,
  address: string,
  { fingerprint, yes, json }: AddHubOptions,
  platform: Platform,
  hubs: HubList,
  signal: AbortSignal,
): Promise<string | undefined> {
  let trusted: Trusted;
  try {
    trusted = await createTrustClient({ metadataUrl: `${address}/tuf`, folder: trustFolder(address), platform, fingerprint }).refresh(signal);
  } catch (error) {
    // A device without a network is told whose exports to believe.
    if (fingerprint === undefined || !TenfoldError.is(error, "catalog-unreachable")) throw error;
    session.stderr.write(`${error.message} It is added by the fingerprint alone.\n`);
    return fingerprint;
  }
  if (!json) {
    session.stderr.write(`${address} is known by root ${trusted.rootVersion}, whose fingerprint is\n  ${trusted.rootFingerprint}\n`);
    if (trusted.isDevelopment) session.stderr.write("These are development keys: they prove nothing about who runs this hub.\n");
  }
  const isSure = fingerprint !== undefined || yes || (await confirm(session, "Is that what the hub's owner told you?", signal));
  if (isSure) return trusted.pinnedFingerprint;
  if (trusted.isFirstUse) await hubs.remove(address);
  return undefined;
}

export async function listHubs(session: Session, options: GlobalOptions): Promise<void> {
  const hubs = await createHubList(openPlatform(session, options)).list();
  if (options.json) session.stdout.write(`${JSON.stringify(hubs)}\n`);
  else if (hubs.length === 0) session.stdout.write("No hub was added. `tenfold hub add URL` adds one.\n");
  else {
    const rows = hubs.map(({ url, addedAt, rootFingerprint }) => [url, addedAt.slice(0, 10), rootFingerprint]);
    session.stdout.write(formatTable(["HUB", "ADDED", "ROOT"], rows));
  }
}

/** @throws TenfoldError `invalid-input` for a hub that is not known. */
export async function removeHub(session: Session, url: string, options: GlobalOptions): Promise<void> {
  if (!(await createHubList(openPlatform(session, options)).remove(url))) {
    throw new TenfoldError("invalid-input", `${url} is no hub that is known here.`, { remedy: "See which are: tenfold hub list." });
  }
  session.stdout.write(options.json ? `${JSON.stringify({ removed: hubAddress(url) })}\n` : `Removed ${hubAddress(url)}; models that came from it stay.\n`);
}
