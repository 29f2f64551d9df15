import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "../contract/installed-model.ts";
import type { Platform } from "../platform/platform.ts";
import { type Blobs, createBlobs } from "./blobs.ts";
import { type InstallRecord, installRecordSchema, readRecord, recordBytes } from "./records.ts";

export interface Store {
  readonly blobs: Blobs;
  /** Every installed variant, sorted by model and variant. */
  installed(): Promise<InstallRecord[]>;
  find(model: string, variant?: string): Promise<InstallRecord | undefined>;
  /** Makes a variant installed, in one step. Its files must be complete. */
  record(record: InstallRecord): Promise<void>;
  open(record: InstallRecord): InstalledModel;
}

const modelsFolder = "models";
const viewsFolder = "views";

/** What is installed on this device, shared by all processes that use the same folder. */
export function createStore(platform: Platform): Store {
  const { files } = platform;
  const blobs = createBlobs(platform);
  const recordPath = (model: string, variant: string) => `${modelsFolder}/${model}/${variant}.json`;
  const viewPath = (record: InstallRecord) => `${viewsFolder}/${record.model}/${record.variant.id}`;

  async function read(path: string): Promise<InstallRecord | undefined> {
    try {
      return readRecord(installRecordSchema, await files.read(path), path);
    } catch (error) {
      // A record of a newer version, or a damaged one, hides its own model only.
      if (TenfoldError.is(error, "storage-failed")) return undefined;
      throw error;
    }
  }

  async function recordsOf(model: string): Promise<InstallRecord[]> {
    const names = (await files.list(`${modelsFolder}/${model}`)).filter((name) => name.endsWith(".json"));
    const records = await Promise.all(names.map((name) => read(`${modelsFolder}/${model}/${name}`)));
    return records.filter((record) => record !== undefined);
  }

  async function find(model: string, variant?: string): Promise<InstallRecord | undefined> {
    const records = await recordsOf(model);
    if (variant !== undefined) return records.find((record) => record.variant.id === variant);
    return records.sort((left, right) => right.installedAt.localeCompare(left.installedAt))[0];
  }

  return {
    blobs,
    async installed() {
      const models = await files.list(modelsFolder);
      return (await Promise.all(models.map(recordsOf))).flat();
    },
    find,
    async record(record) {
      await files.remove(viewPath(record));
      for (const file of record.files) await files.link(blobs.dataPath(file.sha256), `${viewPath(record)}/${file.path}`);
      await files.writeAtomic(recordPath(record.model, record.variant.id), recordBytes(record));
    },
    open(record) {
      const { location } = files;
      const installed = record.files.map((file): InstalledFile => {
        const path = `${viewPath(record)}/${file.path}`;
        return {
          ...file,
          read: (range) => files.read(path, range),
          ...(location ? { location: () => location(path) } : {}),
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
}
