import { parseJson, timestampSchema } from "@tenfold/catalog";
import * as z from "zod/mini";
import { hubAddress } from "../catalogs/hub-address.ts";
import type { Platform } from "../platform/platform.ts";
import { createTrustStateFile } from "./trust-state.ts";
import { createTwinFile } from "./twin-file.ts";

const fingerprintSchema = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const hubSchema = z.object({ url: z.string(), rootFingerprint: fingerprintSchema, addedAt: timestampSchema });
const listSchema = z.object({ schemaVersion: z.literal(1), hubs: z.array(hubSchema) });

/** A hub that somebody added after looking at the fingerprint of its root. */
export type AddedHub = z.infer<typeof hubSchema>;

/** The hubs of this store, with their pinned roots. */
export interface HubList {
  list(): Promise<readonly AddedHub[]>;
  /** Adds a hub, or pins another root of it. */
  add(hub: Pick<AddedHub, "url" | "rootFingerprint">): Promise<AddedHub>;
  /** Forgets a hub and everything that was trusted of it; says whether anything was known. What is installed stays. */
  remove(url: string): Promise<boolean>;
}

/** The folder of the store that the trust in one hub is kept in. */
export function trustFolder(hubUrl: string): string {
  return `trust/${encodeURIComponent(hubUrl)}`;
}

export function createHubList(platform: Pick<Platform, "files" | "sha256" | "clock">): HubList {
  const file = createTwinFile(platform, "trust/hubs");
  // A list that is lost is empty: what was trusted of each hub lies elsewhere and is not lost with it.
  const parsed = (text: string | undefined) => (text === undefined ? [] : parseJson(listSchema, text, "list of hubs", "storage-failed").hubs);
  const write = (hubs: readonly AddedHub[]) => JSON.stringify({ schemaVersion: 1, hubs });

  return {
    list: async () => parsed(await file.read()),
    async add({ url, rootFingerprint }) {
      const added: AddedHub = { url: hubAddress(url), rootFingerprint, addedAt: platform.clock.timestamp() };
      await file.update((text) => write([...parsed(text).filter((hub) => hub.url !== added.url), added]));
      return added;
    },
    async remove(url) {
      const address = hubAddress(url);
      const state = createTrustStateFile(platform, trustFolder(address));
      let wasKnown = (await state.read()) !== undefined;
      await file.update((text) => {
        const hubs = parsed(text);
        wasKnown ||= hubs.some((hub) => hub.url === address);
        return write(hubs.filter((hub) => hub.url !== address));
      });
      await state.remove();
      return wasKnown;
    },
  };
}
