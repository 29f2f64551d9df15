import type { Files } from "./files.ts";
import type { DeviceProbe } from "./hardware.ts";

/** Incremental SHA-256. */
export interface Sha256Hash {
  update(bytes: Uint8Array): void;
  /** Hexadecimal, lower case. Ends the hash. */
  digest(): string;
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
  readonly clock: Clock;
  sha256(): Sha256Hash;
  /** What the device is and how it is. Absent: unknown. */
  readonly device?: DeviceProbe;
  /** Opens a file, or the files of a folder, named by the user. Absent where there are no paths. */
  openLocal?(path: string): Promise<LocalFile[]>;
}
