import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { TenfoldError } from "@tenfold/catalog";
import { buildConnector } from "undici";
import type { AddressRules } from "./address-rules.ts";

/** Asks for all addresses of a name. */
export type Lookup = (name: string, options: { all: true }, done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

const connectTimeoutMs = 10_000;

/**
 * Connects only where the rules allow. The name is looked up once, here, and the connection goes to the address that was checked: a name
 * that stands for another address a moment later gains nothing, and neither does a redirect.
 */
export function checkedConnector(rules: AddressRules, lookup: Lookup = systemLookup): buildConnector.connector {
  const secure = buildConnector({ timeout: connectTimeoutMs, lookup: checkedLookup(rules, lookup, "https:") });
  const plain = buildConnector({ timeout: connectTimeoutMs, lookup: checkedLookup(rules, lookup, "http:") });
  return (options, callback) => {
    // A literal address is never looked up.
    const literal = options.hostname.replace(/^\[(.*)\]$/, "$1");
    if (isIP(literal) > 0 && !rules.mayReach(literal, literal, options.protocol)) return callback(refusal(options.hostname), null);
    (options.protocol === "https:" ? secure : plain)(options, callback);
  };
}

function checkedLookup(rules: AddressRules, lookup: Lookup, protocol: string): LookupFunction {
  return (name, options, done) => {
    lookup(name, { all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || first === undefined) return done(error ?? unknownName(name), "", 0);
      // One that lies inside is enough: which of them would be taken is chance.
      if (!addresses.every(({ address }) => rules.mayReach(name, address, protocol))) return done(refusal(name), "", 0);
      if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

const unknownName = (name: string) => Object.assign(new Error(`${name} has no address`), { code: "ENOTFOUND" });

/** Says no more than that: an answer that told addresses apart would map the network inside. */
function refusal(name: string): TenfoldError {
  return new TenfoldError("invalid-input", `The hub may not fetch from ${name}: it lies in a private network, or speaks no HTTPS.`, {
    stage: "download",
    remedy: "Take a public HTTPS address. Whoever runs this hub can allow a name, an address or a network with TENFOLD_HUB_FETCH_ALLOW.",
  });
}
