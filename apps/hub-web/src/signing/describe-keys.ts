import { createHash } from "node:crypto";
import { canonicalMetadata } from "@tenfold/core/trust";
import type { Metadata, Root } from "@tufjs/models";
import { isDevelopmentRoot } from "./create-root.ts";

/** SHA-256 of a root's signed part: what people compare. */
export function fingerprintOf({ signed }: Metadata<Root>): string {
  return createHash("sha256").update(canonicalMetadata(signed.toJSON())).digest("hex");
}

/** What a root says, for whoever keeps its keys. */
export function describeKeys(root: Metadata<Root>): string {
  const { version, expires, roles } = root.signed;
  const lines = [
    `root ${version}${isDevelopmentRoot(root) ? ", development keys" : ""}`,
    `fingerprint ${fingerprintOf(root)}`,
    `holds until ${expires}`,
    ...Object.entries(roles).map(
      ([role, { threshold, keyIDs }]) => `${role.padEnd(9)} ${threshold} of ${keyIDs.length}: ${keyIDs.map((id) => id.slice(0, 16)).join(", ")}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}
