import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ArchiveKind, chunkSizeBytes } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gzipped, tarFile } from "../../test/archive-files.ts";
import { ggufReader } from "../../test/gguf-reader.ts";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { type PublishedCatalog, type PublishedFile, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { zipFile } from "../../test/zip-file.ts";
import type { Log } from "../contract/log.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import { createTenfold, type TenfoldOptions } from "../tenfold/tenfold.ts";

interface Member {
  name: string;
  bytes: Uint8Array;
}

const members: readonly Member[] = [
  { name: "tiny.gguf", bytes: paddedGguf(70_000) },
  { name: "texts/licence.txt", bytes: Buffer.from("Do as you like.") },
  { name: "texts/empty.txt", bytes: new Uint8Array() },
];
const pack: Readonly<Record<ArchiveKind, (members: readonly Member[]) => Uint8Array>> = {
  tar: (files) => tarFile(files),
  "tar.gz": (files) => gzipped(tarFile(files)),
  zip: (files) => zipFile(files.map((file) => ({ ...file, deflated: true }))),
};

function archiveOf(kind: ArchiveKind, held: readonly Member[] = members, listed: readonly Member[] = held): PublishedFile {
  const list = listed.map(({ name, bytes }) => ({ path: name, role: "weights" as const, sizeBytes: bytes.length, sha256: sha256Of(bytes) }));
  return { path: `tiny.${kind}`, bytes: pack[kind](held), archive: { kind, members: list } };
}

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  catalog = await publishCatalog([]);
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const open = (options: Partial<TenfoldOptions> = {}) => createTenfold({ adapters: [ggufReader], catalogs: [catalog.server.origin], platform, ...options });
const publish = (...files: PublishedFile[]) => catalog.publish([{ id: "tiny", variants: [{ id: "v", files }] }]);
const blob = (bytes: Uint8Array) => join(platform.home, "blobs", sha256Of(bytes), "data");
const view = (name: string) => join(platform.home, "views/tiny/v", name);
const sentOf = ({ bytes }: PublishedFile) => catalog.server.bytesSent(`/artifacts/sha256/${sha256Of(bytes)}`);

describe("a model in an archive", () => {
  it.each(["tar", "tar.gz", "zip"] as const)("of the kind %s is installed as the files it holds, and the archive is dropped", async (kind) => {
    const archive = archiveOf(kind);
    publish(archive);
    const events: ProgressEvent[] = [];
    const tenfold = open();
    const record = await tenfold.pull("tiny", { onProgress: (event) => events.push(event) });
    expect(record.files).toEqual(members.map(({ name, bytes }) => ({ path: name, sha256: sha256Of(bytes), sizeBytes: bytes.length })));
    expect(record.metadata).toMatchObject({ format: "gguf" });
    for (const { name, bytes } of members) expect(sha256Of(await readFile(view(name)))).toBe(sha256Of(bytes));
    expect((await readdir(join(platform.home, "blobs"))).sort()).toEqual(members.map(({ bytes }) => sha256Of(bytes)).sort());
    expect(await readdir(join(platform.home, "claims"))).toEqual([]);
    expect([...new Set(events.map(({ stage }) => stage))]).toEqual(["discovery", "download", "extraction", "validation"]);
    const overall = events.map(({ overallFraction }) => overallFraction);
    expect(overall).toEqual([...overall].sort((left, right) => left - right));
  });

  it("is fetched once, also when the second pull cannot trust its record", async () => {
    const archive = archiveOf("zip");
    publish(archive);
    const first = await open().pull("tiny");
    expect(await open().pull("tiny")).toEqual(first);
    await platform.files.remove("models");
    expect((await open().pull("tiny")).files).toEqual(first.files);
    expect(sentOf(archive)).toBe(archive.bytes.length);
  });

  it("may lie beside plain files", async () => {
    const [weights, ...texts] = members as [Member, ...Member[]];
    publish({ path: weights.name, bytes: weights.bytes }, archiveOf("tar.gz", texts));
    expect((await open().pull("tiny")).files.map(({ path }) => path)).toEqual(["tiny.gguf", "texts/licence.txt", "texts/empty.txt"]);
  });

  it("is not fetched where all that it holds is here already", async () => {
    publish(...members.filter(({ bytes }) => bytes.length > 0).map(({ name, bytes }) => ({ path: name, bytes })));
    await open().pull("tiny");
    const archive = archiveOf(
      "tar",
      members.filter(({ bytes }) => bytes.length > 0),
    );
    publish(archive);
    await open().pull("tiny");
    expect(sentOf(archive)).toBe(0);
  });

  it("repairs a file of it that was damaged, wherever it is shown", async () => {
    const archive = archiveOf("tar.gz");
    publish(archive);
    const [{ bytes }] = members as [Member];
    await open().pull("tiny");
    const { ino } = await stat(blob(bytes));
    await writeFile(blob(bytes), Buffer.concat([Buffer.from("damage"), bytes]));
    const said: string[] = [];
    const log: Log = (level, message) => level === "warning" && said.push(message);
    await open({ log }).pull("tiny");
    expect(said).toEqual([expect.stringContaining("tiny.gguf was changed or damaged")]);
    expect(sha256Of(await readFile(view("tiny.gguf")))).toBe(sha256Of(bytes));
    expect((await stat(blob(bytes))).ino).toBe(ino);
    expect(sentOf(archive)).toBe(2 * archive.bytes.length);
  });

  it("notices a touched file that did not change, and fetches nothing", async () => {
    const archive = archiveOf("zip");
    publish(archive);
    const [{ bytes }] = members as [Member];
    await open().pull("tiny");
    await writeFile(blob(bytes), bytes);
    await open().pull("tiny");
    expect(sentOf(archive)).toBe(archive.bytes.length);
  });

  it("that several want at once is installed for all, and dropped", async () => {
    const archive = archiveOf("tar");
    publish(archive);
    const records = await Promise.all([open().pull("tiny"), open().pull("tiny"), open().pull("tiny")]);
    expect(new Set(records.map(({ files }) => JSON.stringify(files))).size).toBe(1);
    expect(await readdir(join(platform.home, "blobs"))).not.toContain(sha256Of(archive.bytes));
    expect(sentOf(archive) % archive.bytes.length).toBe(0);
  });

  it("goes on from the archive that is here when unpacking was interrupted", async () => {
    const archive = archiveOf("tar", [{ name: "tiny.gguf", bytes: paddedGguf(chunkSizeBytes + 4096) }, ...members.slice(1)]);
    publish(archive);
    const abort = new AbortController();
    const reason = new Error("later");
    const onProgress = ({ stage, stageFraction }: ProgressEvent) => {
      if (stage === "extraction" && stageFraction > 0.5) abort.abort(reason);
    };
    await expect(open().pull("tiny", { signal: abort.signal, onProgress })).rejects.toBe(reason);
    expect(await open().store.installed()).toEqual([]);
    await open().pull("tiny");
    expect(sentOf(archive)).toBe(archive.bytes.length);
    expect(await readdir(join(platform.home, "blobs"))).not.toContain(sha256Of(archive.bytes));
  });
});

const other = Buffer.from("Do as I like!!!");
const changed = members.map((member) => (member.name === "texts/licence.txt" ? { ...member, bytes: other } : member));

describe("an archive is refused, and nothing installed, when", () => {
  it.each([
    ["it holds what is not listed", [...members, { name: "extra", bytes: other }], members, "invalid-format", "extra, which is not listed"],
    ["it lacks what is listed", members.slice(0, 2), members, "invalid-format", "does not hold texts/empty.txt"],
    ["a file is another", changed, members, "digest-mismatch", "another texts/licence.txt"],
    ["a file has another size", [...members.slice(0, 2), { name: "texts/empty.txt", bytes: other }], members, "size-mismatch", "texts/empty.txt"],
    ["a name leads out of it", [{ name: "../up", bytes: other }, ...members], members, "invalid-format", "../up"],
  ] as const)("%s", async (_, held, listed, code, message) => {
    for (const kind of ["tar", "zip"] as const) {
      publish(archiveOf(kind, held, listed));
      await expect(open().pull("tiny")).rejects.toMatchObject({ code, stage: "extraction", message: expect.stringContaining(message) });
      expect(await open().store.installed()).toEqual([]);
      expect(await platform.files.list("views")).toEqual([]);
      expect(await platform.files.list("blobs")).toEqual([]);
    }
  });

  it("the disk is too full for what it holds", async () => {
    const [weights] = members as [Member];
    publish(archiveOf("tar.gz", [weights]));
    const files = { ...platform.files, freeBytes: async () => weights.bytes.length - 1 };
    await expect(open({ platform: { ...platform, files } }).pull("tiny")).rejects.toMatchObject({ code: "disk-full", stage: "extraction" });
  });
});
