import { idSchema } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Files } from "../platform/files.ts";
import { lockStore } from "./claims.ts";
import { readOwnRecord, recordBytes } from "./records.ts";

export const pinsPath = "pins.json";
const pinSchema = z.object({ model: idSchema, variant: z.exactOptional(idSchema) });
const pinsSchema = z.object({ schemaVersion: z.literal(1), pins: z.array(pinSchema) });

/** A model, or one variant of it, that must not be removed. */
export type Pin = z.infer<typeof pinSchema>;

export async function readPins(files: Files): Promise<Pin[]> {
  if (!(await files.stat(pinsPath))) return [];
  return readOwnRecord(pinsSchema, await files.read(pinsPath), pinsPath).pins;
}

export function isPinned(pins: readonly Pin[], model: string, variant: string): boolean {
  return pins.some((pin) => pin.model === model && (pin.variant === undefined || pin.variant === variant));
}

const same = (left: Pin, right: Pin) => left.model === right.model && left.variant === right.variant;

/** Adds a pin, or takes it away. */
export async function changePin(files: Files, pin: Pin, pinned: boolean): Promise<void> {
  const lock = await lockStore(files);
  try {
    const others = (await readPins(files)).filter((one) => !same(one, pin));
    const pins = pinned ? [...others, pin] : others;
    await files.writeAtomic(pinsPath, recordBytes({ schemaVersion: 1, pins }));
  } finally {
    await lock.release();
  }
}
