import { parse, TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { LoadOptions } from "./adapter.ts";

const numbersSchema = z.object({
  contextSize: z.optional(z.int().check(z.gte(8), z.lte(16_777_216))),
  threads: z.optional(z.int().check(z.gte(1), z.lte(1024))),
  parallel: z.optional(z.int().check(z.gte(1), z.lte(64))),
  batchSize: z.optional(z.int().check(z.gte(1), z.lte(8192))),
  memoryLimitBytes: z.optional(z.number().check(z.gte(0))),
});

/**
 * For adapters: how every load begins. @returns what takes its progress, from 0 to 1; it never falls, whatever order its parts report in.
 * @throws TenfoldError `invalid-input` naming an option whose number no framework can use; the signal's reason when it is aborted.
 */
export function beginLoad(options: LoadOptions): (fraction: number) => void {
  options.signal?.throwIfAborted();
  checkLoadNumbers(options);
  return risingProgress(options.onProgress);
}

/** Refuses numbers that no framework can use. @throws TenfoldError `invalid-input` naming the option. */
function checkLoadNumbers({ contextSize, threads, parallel, batchSize, memoryLimitBytes }: LoadOptions): void {
  parse(numbersSchema, { contextSize, threads, parallel, batchSize, memoryLimitBytes }, "load options", "invalid-input");
}

/** For adapters: refuses a model that takes more than `memoryLimitBytes` allows. @throws TenfoldError `out-of-memory`. */
export function checkMemoryLimit(model: string, bytes: number, limitBytes: number | undefined, framework: string): void {
  if (limitBytes === undefined || bytes <= limitBytes) return;
  throw new TenfoldError("out-of-memory", `${model} takes ${bytes} bytes of memory; ${limitBytes} are allowed.`, { framework, details: { bytes, limitBytes } });
}

/** Load progress that never falls, whatever order its parts report in. */
function risingProgress(onProgress: LoadOptions["onProgress"]): (fraction: number) => void {
  let last = -1;
  return (fraction) => {
    if (fraction <= last) return;
    last = fraction;
    onProgress?.(fraction);
  };
}
