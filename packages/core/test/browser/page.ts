/// <reference lib="dom" />

import { browserPlatform } from "../../src/browser.ts";
import type { DeviceState, Hardware, InstallRecord } from "../../src/index.ts";
import { createTenfold } from "../../src/index.ts";
import { ggufReader } from "../gguf-reader.ts";
import { runFilesCase } from "./run-files-case.ts";

/** What the tests can ask of a page. */
export interface TestPage {
  runCase(index: number): Promise<unknown>;
  /** The same in a dedicated worker. */
  runCaseInWorker(index: number): Promise<unknown>;
  /** Pulls a model into this site's store; a failure is told by its code. */
  pull(hubUrl: string, model: string): Promise<{ record?: InstallRecord; code?: string; logged: string[] }>;
  /** The highest share of the download that a pull of this page has told. */
  downloaded(): number;
  /** SHA-256 of an installed model's first file, read as adapters read it and as a Blob. */
  digests(model: string): Promise<string[]>;
  /** Every path in this site's store with its size. */
  stored(): Promise<Record<string, number>>;
  flipByte(path: string, at: number): Promise<void>;
  /** Writes and reads one file again and again; gives the failures. */
  contend(path: string, rounds: number): Promise<string[]>;
  platform(): { name: string; os: string; architecture: string };
  hardware(): Promise<{ hardware: Hardware; state: DeviceState }>;
  /** Takes a lock and keeps it. */
  hold(name: string): Promise<void>;
  /** Takes a lock and frees it; says whether it had to wait. */
  waitFor(name: string): Promise<boolean>;
}

declare global {
  var testPage: TestPage;
}

const platform = browserPlatform({ folder: "models/of this site" });
const { files } = platform;
let downloaded = 0;

const describe = (error: unknown) => (error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error));

async function digestOf(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sizesUnder(folder: string, sizes: Record<string, number>): Promise<Record<string, number>> {
  for (const name of await files.list(folder)) {
    const path = folder === "" ? name : `${folder}/${name}`;
    const found = await files.stat(path);
    if (found?.kind === "folder") await sizesUnder(path, sizes);
    else sizes[path] = found?.sizeBytes ?? 0;
  }
  return sizes;
}

globalThis.testPage = {
  runCase: runFilesCase,
  runCaseInWorker: (index) =>
    new Promise((resolve, reject) => {
      const worker = new Worker("/case-worker.js", { type: "module" });
      worker.onmessage = ({ data }) => {
        resolve(data);
        worker.terminate();
      };
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(index);
    }),
  async pull(hubUrl, model) {
    const logged: string[] = [];
    const tenfold = createTenfold({ adapters: [ggufReader], catalogs: [hubUrl], platform, log: (_level, message) => logged.push(message) });
    try {
      const record = await tenfold.pull(model, {
        onProgress: ({ stage, stageFraction }) => {
          if (stage === "download") downloaded = Math.max(downloaded, stageFraction);
        },
      });
      return { record, logged };
    } catch (error) {
      return { code: (error as { code?: string }).code ?? String(error), logged: [...logged, String(error)] };
    }
  },
  downloaded: () => downloaded,
  async contend(path, rounds) {
    const failures: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const bytes = new Uint8Array(1000).fill(round % 256);
      await files.writeAtomic(path, bytes).catch((error: unknown) => failures.push(`write: ${describe(error)}`));
      const read = await files.read(path).catch((error: unknown) => void failures.push(`read: ${describe(error)}`));
      if (read && (read.length !== 1000 || read.some((byte) => byte !== read[0]))) failures.push("read: half of one and half of another");
    }
    return failures;
  },
  async digests(model) {
    const { store } = createTenfold({ adapters: [ggufReader], platform });
    const record = await store.find(model);
    const file = record && store.open(record).files[0];
    if (!file?.blob) throw new Error("The model has no file that can be had as a Blob.");
    return [await digestOf((await file.read()) as Uint8Array<ArrayBuffer>), await digestOf(await (await file.blob()).arrayBuffer())];
  },
  stored: () => sizesUnder("", {}),
  async flipByte(path, at) {
    const [byte] = await files.read(path, { start: at, end: at + 1 });
    const file = await files.open(path);
    await file.write(Uint8Array.of((byte ?? 0) ^ 1), at);
    await file.close();
  },
  platform: () => ({ name: platform.name, os: platform.os, architecture: platform.architecture }),
  async hardware() {
    const { device } = platform;
    if (!device) throw new Error("The platform knows no device.");
    return { hardware: await device.describe(), state: await device.state() };
  },
  async hold(name) {
    await files.lock(name);
  },
  async waitFor(name) {
    let waited = false;
    const lock = await files.lock(name, {
      onWait: () => {
        waited = true;
      },
    });
    await lock.release();
    return waited;
  },
};
