/// <reference lib="dom" />
import { createWriter, type Writer } from "./writer.ts";

/** What a worker answers: which step it did, and how that failed. */
interface Answer {
  id: number;
  failure?: { name: string; message: string };
}

const workerSource = `const write = (${createWriter.toString()})();
onmessage = async ({ data: { id, step } }) => {
  try {
    await write(step);
    postMessage({ id });
  } catch (error) {
    postMessage({ id, failure: { name: error.name, message: error.message } });
  }
};
postMessage({ id: 0 });`;

/**
 * A writer that works in a worker of its own, made from source text so that every bundler carries it along.
 * Undefined where the page's policy, or the kind of page, allows no such worker.
 */
export async function startWorkerWriter(): Promise<Writer | undefined> {
  const worker = await startWorker();
  if (!worker) return undefined;
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let last = 0;
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.failure) caller?.reject(Object.assign(new Error(data.failure.message), { name: data.failure.name }));
    else caller?.resolve();
  };
  return (step) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, step });
    });
}

/** Resolves when the worker runs: a policy that forbids it may say so only afterwards. */
function startWorker(): Promise<Worker | undefined> {
  if (typeof Worker === "undefined") return Promise.resolve(undefined);
  const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  return new Promise<Worker | undefined>((resolve) => {
    try {
      const worker = new Worker(url, { name: "tenfold-files" });
      worker.onmessage = () => resolve(worker);
      worker.onerror = () => resolve(undefined);
    } catch {
      resolve(undefined);
    }
  }).finally(() => URL.revokeObjectURL(url));
}
