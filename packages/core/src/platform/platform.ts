import type { Files } from "./files.ts";
import type { Get } from "./get.ts";
import type { DeviceProbe } from "./hardware.ts";

/** Incremental SHA-256. */
export interface Sha256Hash {
  /** The bytes may change afterwards. */
  update(bytes: Uint8Array): void;
  /** Hexadecimal, lower case. Ends the hash. */
  digest(): Promise<string>;
}

export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Wall time as ISO 8601 in UTC. */
  timestamp(): string;
  /** Rejects with the signal's reason when aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** A file that lies outside the store and is read where it is. */
export interface LocalFile {
  path: string;
  sizeBytes: number;
  read(range?: { start: number; end: number }): Promise<Uint8Array>;
  location?(): string;
}

/** What core needs from the device. Node, browsers and React Native each have one. */
export interface Platform {
  readonly name: "node" | "browser" | "react-native";
  readonly os: string;
  readonly architecture: string;
  readonly files: Files;
  readonly fetch: typeof globalThis.fetch;
  /** How large files are asked for, where that is not by `fetch`. */
  readonly get?: Get;
  readonly clock: Clock;
  /** @param mostBytes no more will come: a platform that hashes faster in one piece may gather so much. */
  sha256(mostBytes?: number): Sha256Hash;
  /** What the device is and how it is. Absent: unknown. */
  readonly device?: DeviceProbe;
  /** Opens a file, or the files of a folder, named by the user. Absent where there are no paths. */
  openLocal?(path: string): Promise<LocalFile[]>;
}
