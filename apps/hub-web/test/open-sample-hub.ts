import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hub, type OpenHubOptions, openHub } from "../src/hub/open-hub.ts";
import { newDatabase } from "./new-database.ts";
import { recordingLog } from "./recording-log.ts";
import { sampleModels, writeStarter } from "./sample-starter.ts";

export const importedAt = "2026-01-02T03:04:05.000Z";

export interface SampleHub extends Hub {
  readonly lines: readonly string[];
  readonly dataFolder: string;
  /** Closes it and removes its folders. */
  discard(): Promise<void>;
}

/** A real hub in a folder of its own, with the sample starter imported. */
export async function openSampleHub(models: unknown = sampleModels(), options: Partial<OpenHubOptions> = {}): Promise<SampleHub> {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-hub-"));
  const { log, lines } = recordingLog();
  const dataFolder = join(folder, "data");
  const starterFolder = await writeStarter(join(folder, "starter"), models);
  const hub = await openHub({ ...(await newDatabase()), dataFolder, starterFolder, log, clock: () => new Date(importedAt), ...options });
  const discard = async () => {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...hub, lines, dataFolder, discard };
}
