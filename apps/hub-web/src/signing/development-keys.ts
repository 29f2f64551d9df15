import { join } from "node:path";
import { createRoot } from "./create-root.ts";
import { writeKeyFile } from "./key-file.ts";
import type { KeyFolder } from "./key-folder.ts";
import { addSignature, newSigningKey } from "./signing-key.ts";

/**
 * Keys that nobody had to do anything for: all of them, root included, lie in the data folder. They let everything work as it will,
 * and prove nothing about who runs the hub; the root says so.
 */
export async function createDevelopmentKeys(folder: KeyFolder, now: Date): Promise<void> {
  const rootKeys = [newSigningKey(), newSigningKey(), newSigningKey()];
  const online = { targets: [newSigningKey()], snapshot: [newSigningKey()], timestamp: [newSigningKey()] };
  const root = createRoot({ version: 1, root: rootKeys, online, isDevelopment: true, now });
  for (const key of rootKeys) addSignature(root, key);
  for (const key of rootKeys) await writeKeyFile(join(folder.path, `development-root-${key.key.keyID.slice(0, 16)}.json`), key);
  for (const role of ["targets", "snapshot", "timestamp"] as const) for (const key of online[role]) await folder.writeKey(role, key);
  // Last: keys without a root are nobody's, a root without keys could not sign.
  await folder.writeRoot(root);
}
