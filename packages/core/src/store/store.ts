import type { InstalledFile, InstalledModel } from "../contract/installed-model.ts";
import type { Lock } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import { type Blobs, createBlobs } from "./blobs.ts";
import { claimBlobs, lockStore } from "./claims.ts";
import type { GarbageOptions, GarbageReport } from "./collect-garbage.ts";
import type { Consent } from "./consents.ts";
import type { Finding, FsckOptions } from "./fsck.ts";
import type { Pin } from "./pins.ts";
import { type InstallRecord, recordBytes } from "./records.ts";
import type { Removed } from "./remove-variants.ts";
import { scanRecords } from "./scan-records.ts";
import { checkSchemaVersion, migrateStore } from "./schema.ts";
import type { RemovalPlan, StoreUsage } from "./usage.ts";
import type { VerifyOptions, VerifyReport } from "./verify.ts";

export interface Store {
  readonly blobs: Blobs;
  /** Every installed variant, sorted by model and variant. */
  installed(): Promise<InstallRecord[]>;
  find(model: string, variant?: string): Promise<InstallRecord | undefined>;
  /** Makes a variant installed, in one step. Its files must be complete. */
  record(record: InstallRecord): Promise<void>;
  /** Whether the files of an installed variant lie where {@link open} shows them. */
  shows(record: InstallRecord): Promise<boolean>;
  open(record: InstallRecord): InstalledModel;
  /** Keeps these files from being removed until the claim is released: taken before an installation, released after its record. */
  claim(sha256s: readonly string[], signal?: AbortSignal): Promise<Lock>;
  /** Removes those of these files that no record names and nobody has claimed. */
  discard(sha256s: readonly string[]): Promise<void>;
  usage(): Promise<StoreUsage>;
  /** What removing a model, or one variant of it, would free. Its list of variants is empty when there is nothing. */
  planRemoval(model: string, variant?: string): Promise<RemovalPlan>;
  /** @throws TenfoldError `invalid-input` for a pinned model. */
  remove(plan: RemovalPlan): Promise<Removed>;
  pins(): Promise<Pin[]>;
  /** A pinned model, or variant, cannot be removed. */
  pin(model: string, variant?: string): Promise<void>;
  unpin(model: string, variant?: string): Promise<void>;
  /** The licences that were accepted here. */
  consents(): Promise<Consent[]>;
  rememberConsent(consent: Consent): Promise<void>;
  collectGarbage(options?: GarbageOptions): Promise<GarbageReport>;
  /** Hashes every file of every installed model, or of one, whatever its stamp says. A pull repairs what is found. */
  verify(model?: string, options?: VerifyOptions): Promise<VerifyReport>;
  /** Checks that records, files and views agree, and puts right what can be put right without losing anything. */
  fsck(options?: FsckOptions): Promise<Finding[]>;
}

/** What is installed on this device, shared by all processes that use the same folder. */
export function createStore(platform: Platform): Store {
  const { files } = platform;
  const blobs = createBlobs(platform);
  const viewPath = (record: InstallRecord) => `views/${record.model}/${record.variant.id}`;
  // Names matter to native code alone: where nothing has a location, blobs are read as they are and nothing lies there twice.
  const shownPath = (record: InstallRecord, file: InstallRecord["files"][number]) =>
    files.location ? `${viewPath(record)}/${file.path}` : blobs.dataPath(file.sha256);
  const pinOf = (model: string, variant?: string): Pin => ({ model, ...(variant === undefined ? {} : { variant }) });

  let checked: Promise<unknown> | undefined;
  /** Refuses a newer store, once; until an answer is known nothing in it is read. */
  async function checkVersion(): Promise<void> {
    checked ??= checkSchemaVersion(files);
    await checked;
  }

  const store: Store = {
    blobs,
    async installed() {
      await checkVersion();
      return (await scanRecords(files)).records;
    },
    async find(model, variant) {
      await checkVersion();
      const { records } = await scanRecords(files, model);
      if (variant !== undefined) return records.find((record) => record.variant.id === variant);
      return records.sort((left, right) => right.installedAt.localeCompare(left.installedAt))[0];
    },
    async record(record) {
      await migrateStore(files);
      const lock = await lockStore(files);
      try {
        if (files.location) {
          await files.remove(viewPath(record));
          for (const file of record.files) await files.link(blobs.dataPath(file.sha256), shownPath(record, file));
        }
        await files.writeAtomic(`models/${record.model}/${record.variant.id}.json`, recordBytes(record));
      } finally {
        await lock.release();
      }
    },
    async claim(sha256s, signal) {
      await migrateStore(files);
      const claim = await claimBlobs(files, sha256s, signal);
      try {
        // The store may have been moved away while this waited for it.
        await checkSchemaVersion(files);
        return claim;
      } catch (error) {
        await claim.release();
        throw error;
      }
    },
    async discard(sha256s) {
      const { removeUnneeded } = await import("./remove-variants.ts");
      const lock = await lockStore(files);
      try {
        await removeUnneeded(files, sha256s);
      } finally {
        await lock.release();
      }
    },
    async usage() {
      await checkVersion();
      return (await import("./usage.ts")).measureUsage(files);
    },
    async planRemoval(model, variant) {
      await checkVersion();
      return (await import("./usage.ts")).planRemoval(files, model, variant);
    },
    async remove(plan) {
      await migrateStore(files);
      return (await import("./remove-variants.ts")).removeVariants(files, plan);
    },
    async pins() {
      await checkVersion();
      return (await import("./pins.ts")).readPins(files);
    },
    async pin(model, variant) {
      await migrateStore(files);
      await (await import("./pins.ts")).changePin(files, pinOf(model, variant), true);
    },
    async unpin(model, variant) {
      await migrateStore(files);
      await (await import("./pins.ts")).changePin(files, pinOf(model, variant), false);
    },
    async consents() {
      await checkVersion();
      return (await import("./consents.ts")).readConsents(files);
    },
    async rememberConsent(consent) {
      await migrateStore(files);
      await (await import("./consents.ts")).addConsent(files, consent);
    },
    async collectGarbage(options) {
      await checkVersion();
      return (await import("./collect-garbage.ts")).collectGarbage(platform, options);
    },
    async verify(model, options) {
      await checkVersion();
      return (await import("./verify.ts")).verifyFiles(platform, blobs, model, options);
    },
    async fsck(options) {
      await checkVersion();
      return (await import("./fsck.ts")).checkStore(platform, store, options);
    },
    async shows(record) {
      for (const file of record.files) if (!(await files.stat(shownPath(record, file)))) return false;
      return true;
    },
    open(record) {
      const { location, blob } = files;
      const installed = record.files.map((file): InstalledFile => {
        const path = shownPath(record, file);
        return {
          ...file,
          read: (range) => files.read(path, range),
          ...(location ? { location: () => location(path) } : {}),
          ...(blob ? { blob: () => blob(path) } : {}),
        };
      });
      return {
        id: record.model,
        variant: record.variant,
        metadata: record.metadata,
        files: installed,
        ...(location ? { directory: location(viewPath(record)) } : {}),
      };
    },
  };
  return store;
}
