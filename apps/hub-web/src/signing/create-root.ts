import { Metadata, Root } from "@tufjs/models";
import { type OnlineRole, onlineRoles } from "./key-folder.ts";
import type { SigningKey } from "./signing-key.ts";

const dayMs = 86_400_000;

/** How long signatures hold. What is signed by the hub itself is signed anew when half of that has passed. */
export const lifetimesMs = { root: 365 * dayMs, developmentRoot: 3650 * dayMs, targets: 365 * dayMs, snapshot: 30 * dayMs, timestamp: dayMs } as const;

export const specVersion = "1.0.31";

export interface RootParts {
  readonly version: number;
  readonly root: readonly Pick<SigningKey, "key">[];
  readonly online: Readonly<Record<OnlineRole, readonly Pick<SigningKey, "key">[]>>;
  readonly isDevelopment: boolean;
  readonly now: Date;
}

/** How many of the root's keys must sign: the larger half. */
export const thresholdOf = (keys: number) => Math.floor(keys / 2) + 1;

/** A root that nobody has signed yet. */
export function createRoot({ version, root: rootKeys, online, isDevelopment, now }: RootParts): Metadata<Root> {
  const lifetimeMs = isDevelopment ? lifetimesMs.developmentRoot : lifetimesMs.root;
  const root = new Root({
    version,
    specVersion,
    expires: new Date(now.getTime() + lifetimeMs).toISOString(),
    consistentSnapshot: true,
    ...(isDevelopment ? { unrecognizedFields: { "x-tenfold-development": true } } : {}),
  });
  for (const { key } of rootKeys) root.addKey(key, "root");
  for (const role of onlineRoles) for (const { key } of online[role]) root.addKey(key, role);
  const role = root.roles.root;
  if (role) Object.assign(role, { threshold: thresholdOf(rootKeys.length) });
  return new Metadata(root);
}

export function isDevelopmentRoot({ signed }: Metadata<Root>): boolean {
  return signed.unrecognizedFields["x-tenfold-development"] === true;
}
