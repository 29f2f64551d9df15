/**
 * The Expo module `TenfoldApple`, as JavaScript sees it: `ios/TenfoldAppleModule.swift` is the other side of this file. Errors that a function
 * rejects with have the code of a TenfoldError and its words.
 */
export interface TenfoldAppleModule {
  /** What is here, as `tenfold-apple-host --describe` says it: JSON. */
  describe(): Promise<string>;

  /** A place for one model: what a host process is elsewhere, with the same bytes in and out. Returns its number. */
  openSession(): number;
  /** Takes bytes of the protocol, preamble first, in pieces of any size. */
  writeSession(session: number, bytes: Uint8Array): void;
  /** Nothing more will be written. */
  endSession(session: number): void;
  /** The next bytes of the protocol; null when there will be none. One call at a time. */
  readSession(session: number): Promise<Uint8Array | null>;
  /** Resolves when the model is gone, and its memory with it. `now` does not wait for what is being computed. */
  closeSession(session: number, now: boolean): Promise<void>;

  /** The folder of the store: private to the application, not in backups. */
  readonly home: string;
  stat(path: string): Promise<{ kind: "file" | "folder"; sizeBytes: number; stamp: string; modifiedAtMs: number } | null>;
  list(path: string): Promise<string[]>;
  /** `end` is -1 for the end of the file. */
  read(path: string, start: number, end: number): Promise<Uint8Array>;
  writeAtomic(path: string, bytes: Uint8Array): Promise<void>;
  openFile(path: string): Promise<number>;
  writeFile(file: number, bytes: Uint8Array, position: number): Promise<void>;
  truncateFile(file: number, sizeBytes: number): Promise<void>;
  syncFile(file: number): Promise<void>;
  closeFile(file: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  /** `from` is a place outside of the store, also one that the user chose in Files. */
  bringIn(from: string, to: string): Promise<"clone" | "link" | "copy">;
  freeBytes(): Promise<number | null>;
  /** The files of a place outside of the store. */
  listLocal(path: string): Promise<{ path: string; location: string; sizeBytes: number }[]>;
  readLocal(location: string, start: number, end: number): Promise<Uint8Array>;

  openHash(): number;
  updateHash(hash: number, bytes: Uint8Array): void;
  /** Hexadecimal, lower case. Ends the hash. */
  digestHash(hash: number): Promise<string>;

  /**
   * Asks for an address, in a background session of the system: what arrives while the application is suspended is kept, and given to whoever asks
   * for the same address with the same headers again, also after a relaunch.
   */
  openGet(url: string, headers: Record<string, string>, followRedirects: boolean): Promise<number>;
  answerOfGet(get: number): Promise<{ status: number; statusText: string; headers: Record<string, string> }>;
  /** The next bytes; null at the end. One call at a time. */
  readGet(get: number): Promise<Uint8Array | null>;
  cancelGet(get: number): void;

  /** As core's `Hardware`: JSON. */
  hardware(): Promise<string>;
  /** As core's `DeviceState`: JSON. */
  deviceState(): Promise<string>;
  addListener(event: "memoryPressure", listener: (event: { level: "warning" | "critical" }) => void): Subscription;
  /** Heat, battery or the mode that saves power have changed. */
  addListener(event: "deviceState", listener: (event: { state: string }) => void): Subscription;
}

export interface Subscription {
  remove(): void;
}

/** What the module is called in the application. */
export const moduleName = "TenfoldApple";
