import { type AdapterContext, silentLog } from "@tenfold/core";

/** A context for adapters in Node, which logs nothing. */
export function nodeContext(): AdapterContext {
  return { platform: { name: "node", os: process.platform, architecture: process.arch }, nativeParts: new Map(), log: silentLog };
}
