import { TenfoldError } from "@tenfold/catalog";
import type { Platform } from "../platform/platform.ts";

/** @throws TenfoldError `disk-full` when so many bytes more do not fit, where that can be known. */
export async function requireSpace(platform: Platform, neededBytes: number, name: string): Promise<void> {
  const freeBytes = await platform.files.freeBytes();
  if (freeBytes === undefined || neededBytes <= freeBytes) return;
  throw new TenfoldError("disk-full", `${name} needs ${neededBytes} more bytes; ${freeBytes} are free.`, { details: { neededBytes, freeBytes } });
}
