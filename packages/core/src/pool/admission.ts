import type { MemoryEstimate } from "../memory/memory-estimate.ts";
import { byEviction, enough, isEvictable, type Occupant } from "./eviction.ts";
import type { MemoryLedger, Reservation } from "./memory-ledger.ts";
import { memoryRefusal } from "./memory-refusal.ts";

export interface AdmissionRequest {
  name: string;
  framework: string;
  estimate: MemoryEstimate;
  contextSize?: number | undefined;
  /** The most that this load may take alone. */
  memoryLimitBytes?: number | undefined;
  /** Whether to wait until others have answered. Whoever loads is refused at once; a request waits, as it would for its turn. */
  waitsForAnswers(): boolean;
  signal: AbortSignal;
}

export interface Admission {
  /**
   * Sets the peak aside, and unloads what has to go for it first. Waits for loads and unloads under way: they end by themselves.
   * `onReserved` is called at the moment memory is set aside; what has to go is gone when the promise resolves.
   * @throws TenfoldError `out-of-memory`; the signal's reason.
   */
  admit(request: AdmissionRequest, onReserved: (reservation: Reservation) => void): Promise<void>;
  /**
   * Corrects a reservation to what a loaded model really takes, at once; what has to go for it is gone when the promise resolves.
   * @throws TenfoldError `out-of-memory` when it took more than there is, with the reservation as it was.
   */
  correct(reservation: Reservation, bytes: number, request: AdmissionRequest): Promise<void>;
  /** Looks again at who waits: to be called when memory came free or an answer ended. */
  settle(): void;
}

interface Waiter {
  request: AdmissionRequest;
  onReserved(reservation: Reservation): void;
  resolve(taken: Promise<void>): void;
  reject(error: unknown): void;
}

export interface AdmissionParts {
  ledger: MemoryLedger;
  occupants: () => readonly Occupant[];
  /** Brings the ledger up to date with the device. */
  read: () => Promise<void>;
  /** Called when models take requests again that had to make room. */
  reopened: () => void;
}

export function createAdmission({ ledger, occupants, read, reopened }: AdmissionParts): Admission {
  const waiting: Waiter[] = [];

  /** Memory passes from each model that goes to the reservation at the moment it is free, so that nobody takes it in between. */
  async function makeRoom(reservation: Reservation, missingBytes: number, victims: readonly Occupant[]): Promise<void> {
    let missing = missingBytes;
    await Promise.all(
      victims.map(async (victim) => {
        const share = Math.min(victim.bytes, missing);
        missing -= share;
        // One that cannot be unloaded has said so where it was loaded.
        await victim.unload(() => reservation.resize(reservation.bytes + share)).catch(() => {});
      }),
    );
  }

  function candidates(others: readonly Occupant[], neededBytes: number): readonly Occupant[] | undefined {
    return enough(others.filter(isEvictable).sort(byEviction), neededBytes - ledger.freeBytes);
  }

  function busyRefusal(request: AdmissionRequest, ownBytes = 0) {
    const [going, staying] = [occupants().filter(isEvictable), occupants().filter((one) => !isEvictable(one))];
    return memoryRefusal({ ...request, withinBytes: ledger.freeBytes + sum(going) + ownBytes, occupied: staying });
  }

  /** @returns whether it has to wait on. */
  function attempt({ request, onReserved, resolve, reject }: Waiter): boolean {
    const { estimate, memoryLimitBytes = Number.POSITIVE_INFINITY } = request;
    const { peakBytes } = estimate;
    if (peakBytes > memoryLimitBytes) {
      reject(memoryRefusal({ ...request, withinBytes: memoryLimitBytes, occupied: [] }));
      return false;
    }
    const others = occupants();
    const victims = candidates(others, peakBytes);
    if (victims) {
      const missing = Math.max(0, peakBytes - Math.max(0, ledger.freeBytes));
      const reservation = ledger.reserve(peakBytes - missing);
      onReserved(reservation);
      resolve(makeRoom(reservation, missing, victims));
      return false;
    }
    const pinned = others.filter((one) => one.pinned);
    const mostBytes = ledger.capacityBytes - sum(pinned);
    if (peakBytes > mostBytes) reject(memoryRefusal({ ...request, withinBytes: mostBytes, occupied: pinned }));
    else if (request.waitsForAnswers() || others.some(({ state }) => state !== "ready")) return true;
    else reject(busyRefusal(request));
    return false;
  }

  function settle(): void {
    let blocked = false;
    for (const waiter of [...waiting]) {
      // Requests are admitted in the order they came; what a person loads does not wait behind them.
      const queued = waiter.request.waitsForAnswers();
      if (queued && blocked) continue;
      if (attempt(waiter)) blocked ||= queued;
      else waiting.splice(waiting.indexOf(waiter), 1);
    }
    drain(waiting.find(({ request }) => request.waitsForAnswers())?.request.estimate.peakBytes);
  }

  /** Keeps new requests from the models that must go for the first who waits, or it would wait as long as they are popular. */
  function drain(neededBytes: number | undefined): void {
    const ready = occupants().filter(({ state, pinned }) => state === "ready" && !pinned);
    const order = ready.sort((left, right) => Number(left.busy) - Number(right.busy) || byEviction(left, right));
    const going = neededBytes === undefined ? [] : (enough(order, neededBytes - ledger.freeBytes) ?? order);
    let opens = false;
    for (const one of occupants()) {
      const drains = going.includes(one);
      opens ||= one.draining && !drains;
      one.draining = drains;
    }
    if (opens) reopened();
  }

  return {
    async admit(request, onReserved) {
      const { signal } = request;
      await read();
      signal.throwIfAborted();
      return new Promise((resolve, reject) => {
        const leave = () => {
          const at = waiting.indexOf(waiter);
          if (at < 0) return;
          waiting.splice(at, 1);
          reject(signal.reason);
          settle();
        };
        const done = () => signal.removeEventListener("abort", leave);
        const waiter: Waiter = {
          request,
          onReserved,
          resolve: (taken) => {
            done();
            resolve(taken);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(waiter);
        settle();
      });
    },
    async correct(reservation, bytes, request) {
      const more = bytes - reservation.bytes;
      const victims = more <= 0 ? [] : candidates(occupants(), more);
      if (!victims || bytes > (request.memoryLimitBytes ?? Number.POSITIVE_INFINITY)) {
        const estimate = { ...request.estimate, peakBytes: bytes };
        throw busyRefusal({ ...request, estimate }, reservation.bytes);
      }
      const missing = Math.max(0, more - Math.max(0, ledger.freeBytes));
      reservation.resize(bytes - missing);
      await makeRoom(reservation, missing, victims);
    },
    settle,
  };
}

const sum = (occupants: readonly Occupant[]) => occupants.reduce((total, { bytes }) => total + bytes, 0);
