import type { Licence } from "@tenfold/catalog";
import type { AcceptLicence } from "@tenfold/core";
import type { Session } from "../session.ts";
import { confirm } from "./confirm.ts";

export interface LicenceOptions {
  acceptLicence?: boolean;
}

/** Asks on a terminal; where there is none, only `--accept-licence` accepts. */
export function askLicence(session: Session, model: string, options: LicenceOptions, signal: AbortSignal, beforeQuestion: () => void): AcceptLicence {
  return async ({ id, name, url }: Licence) => {
    if (options.acceptLicence) return true;
    if (!session.stdin.isTTY) return false;
    beforeQuestion();
    const where = url === undefined ? "" : `\n  ${url}`;
    return confirm(session, `${model} comes under the licence ${name ?? id}.${where}\nDo you accept it?`, signal);
  };
}
