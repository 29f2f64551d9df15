import { canonicalJson, type Manifest, manifestSchema, parse, type ReleaseEntry, TenfoldError } from "@tenfold/catalog";
import { digestOf } from "../platform/digest-of.ts";
import type { Platform } from "../platform/platform.ts";
import { readRecord, recordVersion, versionOf } from "../store/records.ts";
import type { ModelSource } from "./model-source.ts";

/** Models that an application lists itself, kept on this device. */
export interface RegisteredModels extends ModelSource {
  /** @throws TenfoldError `invalid-manifest`, or `invalid-input` when the id is taken. */
  register(manifest: Manifest): Promise<void>;
  /** Replaces a registered model. @throws TenfoldError `unknown-model` when there is none of its id. */
  update(manifest: Manifest): Promise<void>;
  /** Forgets a registered model; what is installed of it stays. @throws TenfoldError `unknown-model`. */
  unregister(model: string): Promise<void>;
}

const folder = "registered";

export function createRegisteredModels(platform: Platform): RegisteredModels {
  const { files } = platform;
  const pathOf = (model: string) => `${folder}/${model}.json`;
  const exists = async (model: string) => (await files.stat(pathOf(model))) !== undefined;

  async function read(model: string): Promise<Manifest | undefined> {
    if (!(await exists(model))) return undefined;
    const bytes = await files.read(pathOf(model));
    // A newer version of Tenfold registered it; to this one it is not there.
    return versionOf(bytes) > recordVersion ? undefined : readRecord(manifestSchema, bytes, pathOf(model));
  }

  async function write(manifest: Manifest, mustExist: boolean): Promise<void> {
    const checked = parse(manifestSchema, manifest, `manifest of ${String(manifest?.id)}`);
    const lock = await files.lock(folder);
    try {
      const known = await exists(checked.id);
      if (known && !mustExist) throw new TenfoldError("invalid-input", `${checked.id} is registered already.`, { remedy: "Update it, or choose another id." });
      if (!known && mustExist) throw notRegistered(checked.id);
      await files.writeAtomic(pathOf(checked.id), new TextEncoder().encode(canonicalJson(checked)));
    } finally {
      await lock.release();
    }
  }

  return {
    id: "registered",
    register: (manifest) => write(manifest, false),
    update: (manifest) => write(manifest, true),
    async unregister(model) {
      if (!(await exists(model))) throw notRegistered(model);
      await files.remove(pathOf(model));
    },
    async list() {
      const names = (await files.list(folder)).filter((name) => name.endsWith(".json"));
      const manifests = await Promise.all(names.map((name) => read(name.slice(0, -".json".length))));
      const entries = manifests.filter((manifest) => manifest !== undefined);
      return Promise.all(entries.map(async (manifest) => entryOf(manifest, await digestOf(platform, canonicalJson(manifest)))));
    },
    async manifest(model) {
      const manifest = await read(model);
      return manifest ? { manifest, sha256: await digestOf(platform, canonicalJson(manifest)) } : undefined;
    },
  };
}

function notRegistered(model: string): TenfoldError {
  return new TenfoldError("unknown-model", `No model called ${model} is registered.`);
}

function entryOf(manifest: Manifest, sha256: string): ReleaseEntry {
  const { id, name, publisher, licence, parameterCount, contextLength, capabilities, variants } = manifest;
  return {
    id,
    name,
    publisher,
    licence: licence.id,
    capabilities,
    formats: [...new Set(variants.map(({ format }) => format))],
    manifest: { sha256, sizeBytes: canonicalJson(manifest).length },
    ...(parameterCount === undefined ? {} : { parameterCount }),
    ...(contextLength === undefined ? {} : { contextLength }),
  };
}
