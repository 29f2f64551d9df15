import type { ArchiveKind } from "@tenfold/catalog";
import type { ByteSource } from "../formats/gguf/byte-source.ts";
import type { ArchiveMember } from "./archive-member.ts";
import { createArchiveRefusal } from "./archive-refusal.ts";
import { readPieces } from "./byte-streams.ts";
import { type ArchiveLimits, defaultArchiveLimits } from "./limits.ts";
import { createMemberLedger } from "./member-ledger.ts";
import { readGzip } from "./read-gzip.ts";
import { readTar } from "./read-tar.ts";
import { readZip } from "./read-zip.ts";

export interface ReadArchiveOptions {
  kind: ArchiveKind;
  /** Of the archive, for messages. */
  name: string;
  limits?: Partial<ArchiveLimits>;
  signal?: AbortSignal;
  /** Bytes of the archive that were read. */
  onProgress?: (progress: { readBytes: number; totalBytes: number }) => void;
}

/**
 * The files of an archive, one after another, in memory that does not grow with them.
 * @throws TenfoldError `invalid-format` from the iteration, naming the member, for whatever leads out of a folder, is
 * no plain file, is there twice, lies about itself or goes beyond a limit; the signal's reason when aborted.
 */
export function readArchive(source: ByteSource, { kind, name, limits, signal, onProgress }: ReadArchiveOptions): AsyncGenerator<ArchiveMember> {
  const refuse = createArchiveRefusal(name);
  const ledger = createMemberLedger(source.sizeBytes, { ...defaultArchiveLimits, ...limits }, refuse);
  const context = {
    refuse,
    name,
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onRead: (readBytes: number) => onProgress({ readBytes, totalBytes: source.sizeBytes }) } : {}),
  };
  if (kind === "zip") return readZip(source, ledger, context);
  return readTar(kind === "tar" ? readPieces(source, 0, source.sizeBytes, context) : readGzip(source, context), ledger, refuse);
}
