import * as z from "zod/mini";
import type { Platform } from "../platform/platform.ts";
import { shownUrl } from "./follow.ts";
import type { ResolvedSource } from "./source.ts";

const rememberedSchema = z.object({ schemaVersion: z.literal(1), source: z.string(), etag: z.string() });

/** Under which name the source offered the content that a partial file holds, so that a later process can ask for the rest of the same. */
export interface SourceMemory {
  /** Undefined when the bytes are from another source, or when it gave them no name. */
  etagOf(source: ResolvedSource): string | undefined;
  remember(source: ResolvedSource, etag: string | undefined): Promise<void>;
  forget(): Promise<void>;
}

export async function recallSource({ files }: Platform, partialPath: string): Promise<SourceMemory> {
  const path = `${partialPath}.source.json`;
  let known: { source: string; etag: string } | undefined;
  if (await files.stat(path)) known = parse(await files.read(path));

  async function forget(): Promise<void> {
    known = undefined;
    await files.remove(path);
  }

  return {
    forget,
    etagOf: (source) => (known?.source === shownUrl(source.url) ? known.etag : undefined),
    async remember(source, etag) {
      const name = shownUrl(source.url);
      if (known?.source === name && known.etag === etag) return;
      if (etag === undefined) {
        if (known) await forget();
        return;
      }
      known = { source: name, etag };
      await files.writeAtomic(path, new TextEncoder().encode(JSON.stringify({ schemaVersion: 1, ...known })));
    },
  };
}

/** What cannot be read is as if it were not there: the digest decides in the end. */
function parse(bytes: Uint8Array): { source: string; etag: string } | undefined {
  try {
    return rememberedSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}
