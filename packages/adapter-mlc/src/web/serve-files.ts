/// <reference lib="dom" />

/** Bytes of files by their names, on a host that does not exist. */
export interface ServedFiles {
  /** Address of the folder, as web-llm takes it. */
  readonly folder: string;
  address(name: string): string;
  /** The error of the first file that could not be read: web-llm hides it behind its own. */
  readonly failure: unknown;
  stop(): void;
}

export interface ServeOptions {
  files: ReadonlyMap<string, () => Promise<Uint8Array>>;
  signal: AbortSignal | undefined;
}

interface Answers {
  addresses(): readonly string[];
  respond(name: string): Promise<Response>;
}

const serving = new Map<string, Answers>();
let restore: (() => void) | undefined;
let count = 0;

/**
 * web-llm reads everything through the Cache API. While a model loads, the caches that it opens answer for that model's files from where they
 * lie: nothing is copied, and nothing goes out. All else that is asked of caches stays as it is.
 */
export function serveFiles({ files, signal }: ServeOptions): ServedFiles {
  count += 1;
  const host = `model-${count}.tenfold.invalid`;
  // A path with /resolve/ in it is left alone; to any other web-llm adds Hugging Face's.
  const folder = `https://${host}/resolve/main/`;
  let failure: unknown;
  const answers: Answers = {
    addresses: () => [...files.keys()].map((name) => folder + name),
    async respond(name) {
      try {
        signal?.throwIfAborted();
        const read = files.get(name);
        if (!read) throw new Error(`web-llm asks for ${name}, which the model does not have.`);
        return new Response((await read()) as Uint8Array<ArrayBuffer>);
      } catch (error) {
        failure ??= error;
        throw error;
      }
    },
  };
  serving.set(host, answers);
  restore ??= intercept();
  return {
    folder,
    address: (name) => folder + name,
    get failure() {
      return failure;
    },
    stop() {
      serving.delete(host);
      if (serving.size > 0) return;
      restore?.();
      restore = undefined;
    },
  };
}

/** Puts ours in front of the caches of this page, worker or process. Returns what takes it away. */
function intercept(): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, "caches");
  const own = typeof caches === "undefined" ? undefined : caches;
  const shown = new Proxy(own ?? ({} as CacheStorage), {
    get(target, key) {
      if (key === "open") return async (name: string) => (name.startsWith("webllm/") ? inFrontOf(own, name) : own?.open(name));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  Object.defineProperty(globalThis, "caches", { configurable: true, enumerable: true, value: shown });
  return () => {
    if (before) Object.defineProperty(globalThis, "caches", before);
    else Reflect.deleteProperty(globalThis, "caches");
  };
}

/** What web-llm uses of a cache. One of the page's own is looked into where there is one, and made only by who adds to it. */
function inFrontOf(own: CacheStorage | undefined, name: string): Pick<Cache, "match" | "add" | "keys" | "delete"> {
  const existing = async () => ((await own?.has(name)) ? own?.open(name) : undefined);
  return {
    async match(request) {
      const { hostname, pathname } = new URL(addressOf(request));
      const answers = serving.get(hostname);
      if (answers) return answers.respond(decodeURIComponent(pathname.replace(/^\/resolve\/main\//, "")));
      return (await existing())?.match(request);
    },
    async add(request) {
      if (new URL(addressOf(request)).hostname.endsWith(".tenfold.invalid")) throw new Error("The model is no longer being loaded.");
      await (await own?.open(name))?.add(request);
    },
    async keys() {
      const theirs = (await (await existing())?.keys()) ?? [];
      return [...theirs, ...[...serving.values()].flatMap(({ addresses }) => addresses()).map((address) => new Request(address))];
    },
    async delete(request) {
      return (await (await existing())?.delete(request)) ?? false;
    },
  };
}

function addressOf(request: RequestInfo | URL): string {
  return typeof request === "string" ? request : request instanceof URL ? request.href : request.url;
}
