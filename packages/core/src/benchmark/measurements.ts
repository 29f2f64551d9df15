import { type Measurement, measurementSchema, parse } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Files } from "../platform/files.ts";
import { lockStore } from "../store/claims.ts";
import { readRecord, recordBytes } from "../store/records.ts";

export const measurementsPath = "measurements.json";
/** Oldest first; what is older than the latest so many is forgotten. */
const mostKept = 1000;
const fileSchema = z.object({ schemaVersion: z.literal(1), measurements: z.array(measurementSchema) });

/** What was measured on this device, which counts for more than anything predicted. */
export interface Measurements {
  list(): Promise<readonly Measurement[]>;
  /** A newer measurement of the same thing takes the place of the older. @throws TenfoldError `invalid-input` for what is no measurement. */
  add(measurements: readonly Measurement[]): Promise<void>;
}

export function createMeasurements(files: Files): Measurements {
  async function list(): Promise<Measurement[]> {
    if (!(await files.stat(measurementsPath))) return [];
    return readRecord(fileSchema, await files.read(measurementsPath), measurementsPath).measurements;
  }

  return {
    list,
    async add(measurements) {
      // What could not be read again must not be written.
      const sound = measurements.map((one) => parse(measurementSchema, one, "measurement", "invalid-input"));
      const lock = await lockStore(files);
      try {
        const kept = new Map([...(await list()), ...sound].map((one) => [keyOf(one), one]));
        await files.writeAtomic(measurementsPath, recordBytes({ schemaVersion: 1, measurements: [...kept.values()].slice(-mostKept) }));
      } finally {
        await lock.release();
      }
    },
  };
}

function keyOf({ weights, framework, frameworkVersion, accelerator, threads, prompt, contextSize }: Measurement): string {
  return JSON.stringify([weights, framework, frameworkVersion, accelerator, threads, prompt, contextSize]);
}
