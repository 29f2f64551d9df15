import { createHash, type Hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Platform, WritableFile } from "@tenfold/core";
import { createNodeFiles, nodePlatform } from "@tenfold/core/node";
import { createPipePort, type HostableAdapter, serveAdapter } from "@tenfold/host";
import type { TenfoldAppleModule } from "../src/native-module.ts";
import { fakeDescription } from "./fake-description.ts";

interface Numbered<Item> {
  add(item: Item): number;
  get(number: number): Item;
  delete(number: number): void;
}

function numbered<Item>(): Numbered<Item> {
  const items = new Map<number, Item>();
  let last = 0;
  return {
    add(item) {
      items.set(++last, item);
      return last;
    },
    get(number) {
      const item = items.get(number);
      if (item === undefined) throw new Error(`There is no ${number}.`);
      return item;
    },
    delete: (number) => void items.delete(number),
  };
}

export interface FakeModule extends TenfoldAppleModule {
  tell(event: "memoryPressure" | "deviceState", body: object): void;
  /** The session's Swift is gone, as when it was refused memory. */
  break(session: number): void;
}

/** Stands in for the Expo module, which needs an iPhone: real files, hashes and addresses, the real protocol, and frameworks that are given. */
export function fakeModule(home: string, frameworks: Readonly<Record<string, () => HostableAdapter>> = {}): FakeModule {
  const files = createNodeFiles(home);
  const platform = nodePlatform({ home });
  const open = numbered<WritableFile>();
  const hashes = numbered<Hash>();
  const sessions = numbered<{ requests: PassThrough; answers: PassThrough; pieces: AsyncIterator<Uint8Array> }>();
  const gets = numbered<{ abort: AbortController; response: ReturnType<NonNullable<Platform["get"]>> }>();
  const listeners = new Set<[string, (event: never) => void]>();
  const range = (start: number, end: number) => (end === -1 ? undefined : { start, end });

  return {
    home,
    describe: async () => JSON.stringify(fakeDescription),
    openSession() {
      const [requests, answers] = [new PassThrough(), new PassThrough()];
      const port = createPipePort({ incoming: requests, outgoing: answers });
      port.addEventListener("close", () => answers.end());
      serveAdapter(port, {
        async findAdapter(source) {
          const make = source && "framework" in source ? frameworks[source.framework] : undefined;
          if (!make) throw new Error("There is no such framework.");
          return make();
        },
        read:
          ({ location = "" }) =>
          async () =>
            readFile(location),
      });
      return sessions.add({ requests, answers, pieces: answers[Symbol.asyncIterator]() as AsyncIterator<Uint8Array> });
    },
    writeSession: (session, bytes) => void sessions.get(session).requests.write(Uint8Array.from(bytes)),
    endSession: (session) => void sessions.get(session).requests.end(),
    async readSession(session) {
      const { value, done } = await sessions.get(session).pieces.next();
      return done ? null : Uint8Array.from(value);
    },
    async closeSession(session, now) {
      if (now) sessions.get(session).requests.end();
    },
    break: (session) => void sessions.get(session).answers.destroy(Object.assign(new Error("Memory ran out."), { code: "out-of-memory" })),

    stat: async (path) => (await files.stat(path)) ?? null,
    list: files.list,
    read: (path, start, end) => files.read(path, range(start, end)),
    writeAtomic: files.writeAtomic,
    openFile: async (path) => open.add(await files.open(path)),
    writeFile: (file, bytes, position) => open.get(file).write(bytes, position),
    truncateFile: (file, sizeBytes) => open.get(file).truncate(sizeBytes),
    syncFile: (file) => open.get(file).sync(),
    closeFile: (file) => open.get(file).close(),
    rename: files.rename,
    remove: files.remove,
    link: files.link,
    bringIn: async (from, to) => (await files.bringIn?.(from, to)) ?? "copy",
    freeBytes: async () => (await files.freeBytes()) ?? null,
    listLocal: async (path) =>
      (await platform.openLocal?.(path))?.map(({ path: name, sizeBytes, location }) => ({
        path: name,
        sizeBytes,
        location: location?.() ?? join(path, name),
      })) ?? [],
    readLocal: async (location, start, end) => Uint8Array.from((await readFile(location)).subarray(start, end === -1 ? undefined : end)),

    openHash: () => hashes.add(createHash("sha256")),
    updateHash: (hash, bytes) => void hashes.get(hash).update(bytes),
    digestHash: async (hash) => hashes.get(hash).digest("hex"),

    async openGet(url, headers, followRedirects) {
      const abort = new AbortController();
      const response = platform.get?.(new URL(url), { headers: new Headers(headers), signal: abort.signal, redirect: followRedirects ? "follow" : "manual" });
      if (!response) throw new Error("Node has no get.");
      response.catch(() => {});
      return gets.add({ abort, response });
    },
    async answerOfGet(get) {
      const { status, statusText, headers } = await gets.get(get).response;
      return { status, statusText, headers: Object.fromEntries(headers) };
    },
    async readGet(get) {
      const bytes = await (await gets.get(get).response).read();
      return bytes ? Uint8Array.from(bytes) : null;
    },
    cancelGet: (get) => gets.get(get).abort.abort(),

    hardware: async () => JSON.stringify(await platform.device?.describe().then((hardware) => ({ ...hardware, graphics: [] }))),
    deviceState: async () => JSON.stringify({ thermal: "fair", batteryLevel: 0.5, charging: false }),
    addListener(event: string, listener: (event: never) => void) {
      const one: [string, (event: never) => void] = [event, listener];
      listeners.add(one);
      return { remove: () => void listeners.delete(one) };
    },
    tell(event, body) {
      for (const [name, listener] of listeners) if (name === event) listener(body as never);
    },
  };
}
