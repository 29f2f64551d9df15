import type { Files } from "../src/platform/files.ts";

/** What every platform's files do. Run in browsers too, so a case brings its own expectation instead of checking it. */
export interface FilesCase {
  name: string;
  run(files: Files): Promise<unknown>;
  expected: unknown;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array) => new TextDecoder().decode(read);

/** The code of the error that something ends in. */
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no error",
    (error: { code?: string }) => error.code ?? String(error),
  );

export const filesCases: readonly FilesCase[] = [
  {
    name: "reads whole files and ranges, and no more than there is",
    expected: ["0123456789", "234", "89", ""],
    async run(files) {
      await files.writeAtomic("a/b.txt", bytes("0123456789"));
      const ranges = [undefined, { start: 2, end: 5 }, { start: 8, end: 50 }, { start: 50, end: 60 }];
      return Promise.all(ranges.map(async (range) => text(await files.read("a/b.txt", range))));
    },
  },
  {
    name: "replaces a file whole and leaves no draft behind",
    expected: ["new", ["file"]],
    async run(files) {
      await files.writeAtomic("file", bytes("much older"));
      await files.writeAtomic("file", bytes("new"));
      return [text(await files.read("file")), await files.list("")];
    },
  },
  {
    name: "keeps the old content when a write fails, and removes its draft",
    expected: ["storage-failed", ["folder"], "kept"],
    async run(files) {
      await files.writeAtomic("folder/inner", bytes("kept"));
      return [await codeOf(files.writeAtomic("folder", bytes("x"))), await files.list(""), text(await files.read("folder/inner"))];
    },
  },
  {
    name: "writes at any position of an open file and keeps the rest",
    expected: "aabbacc",
    async run(files) {
      await files.writeAtomic("file", bytes("aaaaaa"));
      const file = await files.open("file");
      await file.write(bytes("bb"), 2);
      await file.truncate(5);
      await file.write(bytes("cc"), 5);
      await file.sync();
      await file.close();
      return text(await files.read("file"));
    },
  },
  {
    name: "makes a file and its folders when it is opened",
    expected: ["\0\0x", ["deep"]],
    async run(files) {
      const file = await files.open("deep/er/file");
      await file.write(bytes("x"), 2);
      await file.close();
      return [text(await files.read("deep/er/file")), await files.list("")];
    },
  },
  {
    name: "says nothing is there instead of failing",
    expected: ["absent", [], "storage-failed", "absent", []],
    async run(files) {
      await files.remove("absent");
      await files.remove("absent/too");
      await files.writeAtomic("file", bytes("x"));
      const code = await codeOf(files.read("gone"));
      return [
        (await files.stat("gone")) ?? "absent",
        await files.list("gone/too"),
        code,
        (await files.stat("file/inside")) ?? "absent",
        await files.list("file/inside"),
      ];
    },
  },
  {
    name: "knows what is a file, how long it is and when it changed",
    expected: ["file", 3, "folder", true, true, true],
    async run(files) {
      await files.writeAtomic("folder/file", bytes("one"));
      const [before, again, folder] = [await files.stat("folder/file"), await files.stat("folder/file"), await files.stat("folder")];
      await files.writeAtomic("folder/file", bytes("three"));
      const after = await files.stat("folder/file");
      const recent = Math.abs(Date.now() - (after?.modifiedAtMs ?? 0)) < 60_000;
      return [before?.kind, before?.sizeBytes, folder?.kind, again?.stamp === before?.stamp, after?.stamp !== before?.stamp, recent];
    },
  },
  {
    name: "moves a file over another",
    expected: ["new", ["there"], ["to"]],
    async run(files) {
      await files.writeAtomic("from", bytes("new"));
      await files.writeAtomic("there/to", bytes("older"));
      await files.rename("from", "there/to");
      return [text(await files.read("there/to")), await files.list(""), await files.list("there")];
    },
  },
  {
    name: "shows one content under two names, and replaces the second",
    expected: ["content", "content", ["name.gguf"]],
    async run(files) {
      await files.writeAtomic("data", bytes("content"));
      await files.link("data", "views/model/name.gguf");
      await files.link("data", "views/model/name.gguf");
      return [text(await files.read("views/model/name.gguf")), text(await files.read("data")), await files.list("views/model")];
    },
  },
  {
    name: "lists names in order and removes folders whole",
    expected: [["a", "b", "c"], []],
    async run(files) {
      for (const name of ["c", "a", "b/inner"]) await files.writeAtomic(`folder/${name}`, bytes(name));
      const names = await files.list("folder");
      await files.remove("folder");
      return [names, await files.list("folder")];
    },
  },
  {
    name: "knows how much space is left",
    expected: true,
    run: async (files) => ((await files.freeBytes()) ?? 0) > 0,
  },
  {
    name: "gives a lock to one at a time, says that another waits, and ends the wait when told to",
    expected: ["waits", "enough", "held again"],
    async run(files) {
      const first = await files.lock("name");
      const said: string[] = [];
      const abort = new AbortController();
      const refused = files.lock("name", {
        signal: abort.signal,
        onWait: () => {
          said.push("waits");
          abort.abort(new Error("enough"));
        },
      });
      await refused.catch((error: Error) => said.push(error.message));
      await first.release();
      const second = await files.lock("name");
      said.push("held again");
      await second.release();
      return said;
    },
  },
];
