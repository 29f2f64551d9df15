/** Memory that is set aside for one model. */
export interface Reservation {
  readonly bytes: number;
  resize(bytes: number): void;
  /** Gives the rest back. Safe to call twice. */
  release(): void;
}

/** Who may take how much memory. Nothing in it waits, so that two can never take one gap. */
export interface MemoryLedger {
  /** What all models may take together, in bytes; infinite where neither a limit nor a reading is known. */
  readonly capacityBytes: number;
  readonly reservedBytes: number;
  /** Below 0 when others took what was counted on. */
  readonly freeBytes: number;
  reserve(bytes: number): Reservation;
  /** Takes a reading of `DeviceState.availableMemoryBytes` into account. */
  observe(availableBytes: number): void;
}

export interface MemoryLedgerOptions {
  /** The most that all models may take together, whatever the device has. */
  limitBytes?: number;
  /** Left for everybody else of what the device says is available. Default 256 MiB, on small devices a quarter of it. */
  marginBytes?: number;
}

const largestMarginBytes = 256 * 1024 * 1024;

export function createMemoryLedger({ limitBytes = Number.POSITIVE_INFINITY, marginBytes }: MemoryLedgerOptions): MemoryLedger {
  let reservedBytes = 0;
  /** What would be available with none of our models loaded. */
  let roomBytes = Number.POSITIVE_INFINITY;
  const margin = () => marginBytes ?? Math.min(largestMarginBytes, roomBytes / 4);
  const capacity = () => Math.max(0, Math.min(limitBytes, roomBytes - margin()));

  return {
    get capacityBytes() {
      return capacity();
    },
    get reservedBytes() {
      return reservedBytes;
    },
    get freeBytes() {
      return capacity() - reservedBytes;
    },
    reserve(bytes) {
      let own = bytes;
      reservedBytes += own;
      const resize = (next: number) => {
        reservedBytes += next - own;
        own = next;
      };
      return {
        get bytes() {
          return own;
        },
        resize,
        release: () => resize(0),
      };
    },
    observe(availableBytes) {
      // Of what is reserved, anything from nothing (a load that has only begun, mapped files) to all is missing from the reading:
      // room lies between the two, and a drop within them is taken for our own.
      const known = Number.isFinite(roomBytes) ? roomBytes : availableBytes + reservedBytes;
      roomBytes = Math.min(Math.max(known, availableBytes), availableBytes + reservedBytes);
    },
  };
}
