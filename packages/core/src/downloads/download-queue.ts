import type { ChunkList } from "@tenfold/catalog";
import { type ConnectionLimits, type Connections, createConnections } from "./connection-limits.ts";
import { type DownloadProgress, type DownloadRequest, type DownloadSettings, download } from "./download.ts";

/** `waiting` for a connection, or looking at what is on disk. The last three are final. */
export type DownloadState = "waiting" | "running" | "paused" | "done" | "failed" | "cancelled";

export interface DownloadTask {
  readonly request: DownloadRequest;
  readonly state: DownloadState;
  readonly progress: DownloadProgress;
  /** Settles when the task has ended; pausing it does not. Rejects with the signal's reason or the one given to `cancel`. */
  readonly result: Promise<ChunkList>;
  /** Higher comes first. Takes effect at the next connection. */
  priority: number;
  /** Stops and keeps what came. Nothing happens to a task that has ended. */
  pause(): void;
  /** Goes on after a pause. */
  resume(): void;
  cancel(reason?: unknown): void;
  /** Called after every change of state or progress. @returns stops the calls. */
  observe(listener: (task: DownloadTask) => void): () => void;
}

export interface DownloadQueue {
  /** The tasks that have not ended, in the order they were added. */
  readonly tasks: readonly DownloadTask[];
  add(request: DownloadRequest, settings: Omit<DownloadSettings, "places"> & { priority?: number }): DownloadTask;
}

const defaultLimits: ConnectionLimits = { total: 8, perHost: 4 };

/** Downloads that share a number of connections, in all and for each host. */
export function createDownloadQueue({ limits = {} }: { limits?: Partial<ConnectionLimits> } = {}): DownloadQueue {
  const places = createConnections({ ...defaultLimits, ...limits });
  const tasks: DownloadTask[] = [];
  return {
    tasks,
    add(request, settings) {
      const task = createTask(request, settings, places);
      tasks.push(task);
      const leave = () => void tasks.splice(tasks.indexOf(task), 1);
      task.result.then(leave, leave);
      return task;
    },
  };
}

function createTask(request: DownloadRequest, settings: Parameters<DownloadQueue["add"]>[1], places: Connections): DownloadTask {
  const listeners = new Set<(task: DownloadTask) => void>();
  let state: DownloadState = "waiting";
  let progress: DownloadProgress = { receivedBytes: 0 };
  let attempt: AbortController | undefined;
  /** The end of the attempt before: two never work on one file. */
  let ended: Promise<void> = Promise.resolve();
  const { promise, resolve, reject } = withResolvers<ChunkList>();
  const isFinal = () => state === "done" || state === "failed" || state === "cancelled";

  function become(next: DownloadState): void {
    state = next;
    notify();
  }
  function notify(): void {
    for (const listener of listeners) listener(task);
  }

  async function run(own: AbortController): Promise<void> {
    const signal = settings.signal ? AbortSignal.any([settings.signal, own.signal]) : own.signal;
    try {
      const chunkList = await download(request, {
        ...settings,
        signal,
        places: {
          acquire: async (host) => {
            const release = await places.acquire(host, { priority: task.priority, signal });
            if (state === "waiting") become("running");
            return release;
          },
          tryAcquire: places.tryAcquire,
        },
        onProgress: (now) => {
          if (own.signal.aborted) return;
          progress = now;
          settings.onProgress?.(now);
          notify();
        },
      });
      if (isFinal()) return;
      resolve(chunkList);
      become("done");
    } catch (error) {
      if (own.signal.aborted || isFinal()) return;
      reject(error);
      become(settings.signal?.aborted ? "cancelled" : "failed");
    }
  }

  function start(): void {
    const own = new AbortController();
    attempt = own;
    ended = ended.then(() => run(own));
  }

  function end(reason: unknown): void {
    // Whoever waits for the result may touch the file: nobody writes to it any more by then.
    ended.then(() => reject(reason));
    become("cancelled");
  }

  const task: DownloadTask = {
    request,
    priority: settings.priority ?? 0,
    get state() {
      return state;
    },
    get progress() {
      return progress;
    },
    result: promise,
    pause() {
      if (isFinal() || state === "paused") return;
      attempt?.abort(new Error("paused"));
      become("paused");
    },
    resume() {
      if (state !== "paused") return;
      become("waiting");
      start();
    },
    cancel(reason = new DOMException("The download was cancelled.", "AbortError")) {
      if (isFinal()) return;
      attempt?.abort(reason);
      end(reason);
    },
    observe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  // A paused task runs no attempt that would hear of it.
  settings.signal?.addEventListener("abort", () => state === "paused" && end(settings.signal?.reason), { once: true });
  promise.catch(() => {});
  start();
  return task;
}

function withResolvers<Value>() {
  let resolve!: (value: Value) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
