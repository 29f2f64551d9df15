import { idSchema, parse, TenfoldError } from "@tenfold/catalog";
import { hubAddress } from "@tenfold/core/trust";
import { type GlobalOptions, hubsOf, type Session } from "./session.ts";

/** What the buttons and QR codes of a hub's pages hold: a model of a hub, or a hub and the fingerprint of its root. */
export type TenfoldLink =
  | { readonly kind: "model"; readonly id: string; readonly hub?: string }
  | { readonly kind: "hub"; readonly url: string; readonly fingerprint: string };

export function isTenfoldLink(text: string): boolean {
  return /^tenfold:/i.test(text);
}

/**
 * Reads `tenfold://model/<id>?hub=<address>` and `tenfold://hub?url=<address>&fingerprint=<SHA-256>`. Links come from pages and messages of anybody.
 * @throws TenfoldError `invalid-input`
 */
export function parseTenfoldLink(text: string): TenfoldLink {
  try {
    const { hostname, pathname, searchParams } = new URL(text);
    if (hostname === "model") {
      const id = parse(idSchema, decodeURIComponent(pathname.slice(1)), "id", "invalid-input");
      const hub = searchParams.get("hub");
      return { kind: "model", id, ...(hub !== null && { hub: webAddress(hub) }) };
    }
    const fingerprint = searchParams.get("fingerprint") ?? "";
    if (hostname === "hub" && /^[0-9a-f]{64}$/.test(fingerprint)) return { kind: "hub", url: webAddress(searchParams.get("url") ?? ""), fingerprint };
  } catch (cause) {
    throw notALink(cause);
  }
  throw notALink();
}

/**
 * A model's name, and the options to look for it with: of a link, the one hub that it names. That has to be a hub which this device asks anyway:
 * whoever writes a link must not choose whom to trust.
 * @throws TenfoldError `invalid-input` for what is no link to a model, `untrusted-catalog` for a hub that is not known
 */
export function followLink<Options extends GlobalOptions>(session: Session, name: string, options: Options): { name: string; options: Options } {
  if (!isTenfoldLink(name)) return { name, options };
  const link = parseTenfoldLink(name);
  if (link.kind === "hub") {
    throw new TenfoldError("invalid-input", "This link names a hub, not a model.", { remedy: "Open it: tenfold open LINK." });
  }
  const { id, hub } = link;
  if (hub === undefined) return { name: id, options };
  if (!hubsOf(session, options).some((known) => hubAddress(known) === hub)) {
    throw new TenfoldError("untrusted-catalog", `The link names the hub ${hub}, which is not known here.`, {
      remedy: `Compare its fingerprint with what its owner says, and add it: tenfold hub add ${hub}`,
    });
  }
  return { name: id, options: { ...options, hub: [hub] } };
}

function webAddress(text: string): string {
  const { protocol, username, search, hash } = new URL(text);
  if (!/^https?:$/.test(protocol) || username || search || hash) throw new TypeError("not the address of a hub");
  return hubAddress(text);
}

function notALink(cause?: unknown): TenfoldError {
  return new TenfoldError("invalid-input", "This is not a link that Tenfold knows.", {
    cause,
    remedy: "It looks like tenfold://model/ID?hub=ADDRESS; a hub's pages make them.",
  });
}
