/// <reference lib="dom" />
import { damagedInMemory, installedFromBlobs, pageContext, showConformance } from "@tenfold/adapter-testkit/browser";
import { TenfoldError } from "@tenfold/catalog";
import { type InstalledModel, type LoadOptions, type Support, silentLog } from "@tenfold/core";
import { inWorker } from "@tenfold/host/browser";
import { mlc } from "../../src/browser.ts";

/** What the tests ask of the page. */
export interface MlcPage {
  probe(): Promise<Support>;
  /** Loads the folder on the server, and tells how that ended and what it leaves behind. */
  load(paths: readonly string[], asked?: Asked): Promise<Ending>;
}

export interface Asked {
  options?: LoadOptions;
  /** Where the load is aborted, between 0 and 1. */
  abortAt?: number;
  /** Bytes of this file are other ones than those that were validated: none at all, or the same number of zeros. */
  damage?: { path: string; how: "gone" | "zeros" };
  inWorker?: boolean;
}

export interface Ending {
  code: string;
  message: string;
  remedy: string;
  progress: readonly number[];
  /** Whether the page's caches are the browser's own, and empty. */
  cachesAreTheirs: boolean;
}

declare global {
  var mlcPage: MlcPage;
}

const { searchParams } = new URL(location.href);
const files = searchParams.get("files")?.split(",");
if (files) {
  showConformance(async () => ({
    adapter: mlc(),
    context: pageContext(silentLog),
    model: await fromServer(files),
    damage: damagedInMemory,
    loadOptions: JSON.parse(searchParams.get("options") ?? "{}"),
  }));
}

async function fromServer(paths: readonly string[]): Promise<InstalledModel> {
  const blobs = await Promise.all(paths.map(async (path) => [path, await (await fetch(`/model/${path}`)).blob()] as const));
  return installedFromBlobs(Object.fromEntries(blobs), "mlc");
}

globalThis.mlcPage = {
  probe: () => mlc().probe(pageContext(silentLog)),
  async load(paths, { options = {}, abortAt, damage, inWorker: apart = false } = {}) {
    const own = globalThis.caches;
    const model = await fromServer(paths);
    const adapter = apart ? inWorker(mlc(), { start: () => new Worker("/worker.js", { type: "module" }) }) : mlc();
    const controller = new AbortController();
    const progress: number[] = [];
    const damaged = model.files.map((file) =>
      file.path !== damage?.path
        ? file
        : {
            ...file,
            async read(range?: { start: number; end: number }) {
              if (damage.how === "gone") throw new TenfoldError("storage-failed", `${file.path} cannot be read.`);
              return new Uint8Array(range ? range.end - range.start : file.sizeBytes);
            },
          },
    );
    const given: LoadOptions = {
      ...options,
      signal: controller.signal,
      onProgress(fraction) {
        progress.push(fraction);
        if (abortAt !== undefined && fraction >= abortAt) controller.abort(new Error("enough"));
      },
    };
    const { code, message, remedy } = await adapter.load({ ...model, files: damaged }, pageContext(silentLog), given).then(
      async (loaded) => {
        await loaded.dispose();
        return { code: "loaded", message: "", remedy: "" };
      },
      (error: Error & Partial<TenfoldError>) => ({ code: error.code ?? error.name, message: error.message, remedy: error.remedy ?? "" }),
    );
    return { code, message, remedy, progress, cachesAreTheirs: globalThis.caches === own && (await own.keys()).length === 0 };
  },
};
