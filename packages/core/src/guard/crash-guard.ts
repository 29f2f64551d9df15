import { type FrameworkId, sha256Schema, TenfoldError, timestampSchema } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Log } from "../contract/log.ts";
import type { Platform } from "../platform/platform.ts";
import { tryLock } from "../store/claims.ts";
import { readRecord, recordBytes } from "../store/records.ts";

const folder = "loads";
const attemptSchema = z.object({
  schemaVersion: z.literal(1),
  /** SHA-256 of what makes two loads the same. */
  load: sha256Schema,
  model: z.string(),
  variant: z.string(),
  framework: z.string(),
  startedAt: timestampSchema,
  /** Loads in a row that never returned, before this one. */
  crashes: z.int().check(z.nonnegative()),
  /** Set once somebody was told. */
  refused: z.boolean(),
});
type Attempt = z.infer<typeof attemptSchema>;

export interface GuardedLoad {
  /** Equal for loads that would meet the same fate: variant, framework and options. */
  key: string;
  model: string;
  variant: string;
  framework: FrameworkId;
  /** Load whatever happened before. */
  force?: boolean | undefined;
  signal: AbortSignal;
}

/** A load that was written down. */
interface BegunLoad {
  forget(): Promise<void>;
  /** Its host's process ended, which `forget` would not count. */
  crashed(): Promise<void>;
}

export interface CrashGuard {
  /**
   * Remembers in the store that a load began, until it returned. One that never did, because its process was killed or crashed,
   * makes the next of its kind fail once; the one after that may try again. Where only a host's process crashed, which is told at once,
   * the second crash in a row does so.
   * @throws TenfoldError `crashed-before`, and whatever the load does.
   */
  watch<Result>(load: GuardedLoad, work: () => Promise<Result>): Promise<Result>;
}

export function createCrashGuard(platform: Pick<Platform, "files" | "clock" | "sha256">, log: Log): CrashGuard {
  const { files, clock } = platform;
  const path = (id: string) => `${folder}/${id}.json`;
  const lockName = (id: string) => `load-${id}`;

  async function digest(text: string): Promise<string> {
    const hash = platform.sha256();
    hash.update(new TextEncoder().encode(text));
    return hash.digest();
  }

  async function read(id: string): Promise<Attempt | undefined> {
    try {
      return readRecord(attemptSchema, await files.read(path(id)), path(id));
    } catch (error) {
      // It went since the folder was listed, or a newer version wrote it: neither says anything about this load.
      log("debug", `${path(id)} cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  /** Loads of this kind that never returned. Those of living processes are under way. */
  async function interrupted(load: string): Promise<{ id: string; attempt: Attempt }[]> {
    const found: { id: string; attempt: Attempt }[] = [];
    for (const name of await files.list(folder)) {
      if (!name.endsWith(".json")) continue;
      const id = name.slice(0, -".json".length);
      const attempt = await read(id);
      if (attempt?.load !== load) continue;
      const dead = await tryLock(files, lockName(id));
      if (!dead) continue;
      await dead.release();
      found.push({ id, attempt });
    }
    return found;
  }

  async function begin({ key, model, variant, framework, force = false, signal }: GuardedLoad): Promise<BegunLoad> {
    const load = await digest(key);
    const before = await interrupted(load);
    const crashes = before.reduce((most, { attempt }) => Math.max(most, attempt.crashes + 1), 0);
    const untold = before.find(({ attempt }) => !attempt.refused);
    if (untold && !force) {
      await files.writeAtomic(path(untold.id), recordBytes({ ...untold.attempt, refused: true }));
      throw refusal(untold.attempt, crashes);
    }
    const id = crypto.randomUUID();
    const alive = await files.lock(lockName(id), { signal });
    const attempt: Attempt = { schemaVersion: 1, load, model, variant, framework, startedAt: clock.timestamp(), crashes, refused: false };
    try {
      await files.writeAtomic(path(id), recordBytes(attempt));
      // From here on this attempt stands for those before it.
      for (const one of before) await files.remove(path(one.id));
    } catch (error) {
      await alive.release();
      throw error;
    }
    return {
      async forget() {
        await files.remove(path(id));
        await alive.release();
      },
      async crashed() {
        // Whoever asked was told of this one, and may try once; of the next it is kept for the one who asks then.
        await files.writeAtomic(path(id), recordBytes({ ...attempt, refused: crashes === 0 }));
        await alive.release();
      },
    };
  }

  return {
    async watch(load, work) {
      const begun = await begin(load).catch((error: unknown) => {
        if (TenfoldError.is(error, "crashed-before") || load.signal.aborted) throw error;
        // A store that cannot be written is no reason to load nothing from it.
        log("warning", `Nobody will know if this load never returns: ${String(error)}`);
        return { forget: async () => {}, crashed: async () => {} };
      });
      let end: keyof BegunLoad = "forget";
      try {
        return await work();
      } catch (error) {
        // A host's process: this one lives.
        if (TenfoldError.is(error, "crashed")) end = "crashed";
        throw error;
      } finally {
        await begun[end]().catch((error: unknown) => log("warning", `A load that returned could not be written down: ${String(error)}`));
      }
    },
  };
}

function refusal({ model, variant, framework, startedAt }: Attempt, crashes: number): TenfoldError {
  const often = crashes === 1 ? `began at ${startedAt} and never ended` : `never ended, ${crashes} times in a row, last at ${startedAt}`;
  return new TenfoldError("crashed-before", `Loading ${model}:${variant} with ${framework} ${often}: the process was killed or crashed.`, {
    framework,
    details: { model, variant, startedAt, crashes },
  });
}
