import type { ArchiveKind } from "@tenfold/catalog";
import { describe, expect, it } from "vitest";
import { gzipped, memorySource, paxRecords, type TarMember, tarFile } from "../../test/archive-files.ts";
import { type ZipMember, zipFile } from "../../test/zip-file.ts";
import type { ArchiveLimits } from "./limits.ts";
import { readArchive } from "./read-archive.ts";

const bytes = Buffer.from("some bytes of content");

async function readAll(packed: Uint8Array, kind: ArchiveKind, limits: Partial<ArchiveLimits> = {}) {
  const found: Record<string, string> = {};
  for await (const { path, content } of readArchive(memorySource(packed), { kind, name: "model", limits })) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    found[path] = Buffer.concat(parts).toString();
  }
  return found;
}

const refused = (message: string, member?: string) => ({
  code: "invalid-format",
  stage: "extraction",
  message: expect.stringContaining(message),
  ...(member === undefined ? {} : { details: expect.objectContaining({ member }) }),
});

describe("a member's name", () => {
  const hostile = [
    "/etc/passwd",
    "../up",
    "a/../../up",
    "C:/windows",
    "a\\b",
    "a//b",
    "./",
    ".",
    "a/.",
    "aux",
    "a/nul.txt",
    "end.",
    "end ",
    "what?",
    "a\u0001b",
  ];
  it.each(hostile)("%j is refused", async (name) => {
    await expect(readAll(tarFile([{ name, bytes }]), "tar")).rejects.toMatchObject(refused(""));
    await expect(readAll(zipFile([{ name, bytes }]), "zip")).rejects.toMatchObject(refused(""));
  });

  const clashes: [string, string][] = [
    ["a.txt", "a.txt"],
    ["a.txt", "A.TXT"],
    ["straße", "STRASSE"],
    ["gr\u00f6\u00dfe", "gro\u0308\u00dfe"],
    ["a", "a/b"],
    ["a/b", "a"],
    ["dir/a", "DIR/b"],
  ];
  it.each(clashes)("%j beside %j is refused", async (first, second) => {
    const members = [first, second].map((name) => ({ name, bytes }));
    await expect(readAll(tarFile(members), "tar")).rejects.toMatchObject(refused("", second));
    await expect(readAll(zipFile(members), "zip")).rejects.toMatchObject(refused("", second));
  });

  it("that is not UTF-8 is refused", async () => {
    const packed = Buffer.from(zipFile([{ name: "aXc", bytes }]));
    for (let at = packed.indexOf("aXc"); at !== -1; at = packed.indexOf("aXc", at)) packed[at + 1] = 0xff;
    await expect(readAll(packed, "zip")).rejects.toMatchObject(refused("UTF-8"));
    const pax = tarFile([{ name: "x", type: "x", bytes: Buffer.from([...Buffer.from("11 path=a"), 0xff, 0x0a]) }, { name: "a" }]);
    await expect(readAll(pax, "tar")).rejects.toMatchObject(refused("UTF-8"));
  });

  it("may be long, by prefix, by pax and by GNU's way", async () => {
    const long = `${"folder/".repeat(30)}file`;
    expect(await readAll(tarFile([{ name: "file", prefix: "a/b", bytes }]), "tar")).toEqual({ "a/b/file": bytes.toString() });
    expect(
      await readAll(
        tarFile([
          { name: "x", type: "x", bytes: paxRecords({ path: long, mtime: "1" }) },
          { name: "cut", bytes },
        ]),
        "tar",
      ),
    ).toHaveProperty([long]);
    expect(
      await readAll(
        tarFile([
          { name: "L", type: "L", bytes: Buffer.from(`${long}\0`) },
          { name: "cut", bytes },
        ]),
        "tar",
      ),
    ).toHaveProperty([long]);
  });
});

const one = (member: Partial<TarMember>) => tarFile([{ name: "bad", bytes, ...member }]);
const pax = (values: Record<string, string>, type = "x") => [{ name: "pax", type, bytes: paxRecords(values) }];
const file: TarMember = { name: "bad", bytes };
const damaged = (packed: Uint8Array, at: number) => packed.map((byte, index) => (index === at ? byte ^ 1 : byte));

const badTars: [string, Uint8Array, string][] = [
  ["a symbolic link", one({ type: "2", linkName: "/etc/passwd" }), "symbolic link"],
  ["a hard link", one({ type: "1", linkName: "other" }), "hard link"],
  ["a character device", one({ type: "3" }), "device"],
  ["a block device", one({ type: "4" }), "device"],
  ["a pipe", one({ type: "6" }), "pipe"],
  ["a sparse file of GNU tar", one({ type: "S" }), "sparse"],
  ["a sparse file in pax", tarFile([...pax({ "GNU.sparse.major": "1" }), file]), "sparse"],
  ["an unknown type", one({ type: "Z" }), "unknown type"],
  ["a folder with bytes", one({ type: "5" }), "folder"],
  ["no header of a known kind", one({ magic: "other\u000000" }), "no tar header"],
  ["a wrong checksum", damaged(one({}), 0), "checksum"],
  ["a size that is no number", one({ sizeField: Buffer.from("0000x000000\0") }), "no number"],
  ["a negative size", one({ sizeField: Buffer.alloc(12, 0xff) }), "no number"],
  ["a size beyond all numbers", one({ sizeField: Buffer.from([0x80, ...Buffer.alloc(11, 0xff)]) }), "no number"],
  ["a size beyond the limit", one({ sizeField: Buffer.from([0x80, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]) }), "1099511627776 bytes"],
  ["a larger size than it has", one({ claimedBytes: 100_000 }), "truncated"],
  ["a smaller size than it has", tarFile([{ ...file, bytes: Buffer.alloc(2000, 65), claimedBytes: 100 }]), "no tar header"],
  ["a pax size that is no number", tarFile([...pax({ size: "-1" }), file]), "no number"],
  ["a pax record that is too long", tarFile([{ name: "x", type: "x", bytes: Buffer.from("99 path=a\n") }, file]), "wrong length"],
  ["a pax record without end", tarFile([{ name: "x", type: "x", bytes: Buffer.from("9 path=ab") }, file]), "wrong length"],
  ["a pax record without value", tarFile([{ name: "x", type: "x", bytes: Buffer.from("7 path\n") }, file]), "no value"],
  ["pax text that is no record", tarFile([{ name: "x", type: "x", bytes: Buffer.from("path") }, file]), "wrong length"],
  ["one name for all", tarFile([...pax({ path: "all" }, "g"), file]), "all members"],
  ["two pax headers for one member", tarFile([...pax({ path: "a" }), ...pax({ path: "b" }), file]), "twice"],
  ["two GNU names", tarFile([{ name: "L", type: "L", bytes }, { name: "L", type: "L", bytes }, file]), "two long names"],
  ["a GNU name and a pax name", tarFile([{ name: "L", type: "L", bytes }, ...pax({ path: "a" }), file]), "twice"],
  ["a GNU link name", tarFile([{ name: "K", type: "K", bytes }, file]), "link"],
  ["a huge description", tarFile([{ name: "x", type: "x", bytes: Buffer.alloc(65_537) }, file]), "65536"],
  ["a description of nothing", tarFile(pax({ path: "a" })), "does not follow"],
  ["no end", tarFile([file], { end: new Uint8Array() }), "truncated"],
  ["half an end", tarFile([file], { end: new Uint8Array(512) }), "truncated"],
  ["another member behind its end", Buffer.concat([tarFile([file]), tarFile([{ name: "hidden", bytes }])]), "behind its end"],
  ["a member in its end", Buffer.concat([tarFile([], { end: new Uint8Array(512) }), tarFile([file])]), "behind its end"],
  ["endless zeros", Buffer.concat([tarFile([file]), Buffer.alloc(2 ** 20 + 1)]), "behind its end"],
  ["nothing in it", new Uint8Array(), "truncated"],
];

describe("a tar with", () => {
  it.each(badTars)("%s is refused", async (_, packed, message) => {
    await expect(readAll(packed, "tar")).rejects.toMatchObject(refused(message));
    await expect(readAll(gzipped(packed), "tar.gz")).rejects.toMatchObject(refused(message));
  });

  it("large sizes in GNU's binary form, folders and a comment is read", async () => {
    const sizeField = Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, bytes.length]);
    const packed = tarFile([
      ...pax({ comment: "made by git" }, "g"),
      { name: "./", type: "5" },
      { name: "./d/", type: "5" },
      { name: "./d/a", bytes, sizeField },
    ]);
    expect(await readAll(packed, "tar")).toEqual({ "d/a": bytes.toString() });
  });
});

describe("a gzip", () => {
  const packed = gzipped(tarFile([file]));
  it.each([
    ["cut short", packed.subarray(0, -9)],
    ["without its last byte", packed.subarray(0, -1)],
    ["with a damaged checksum", damaged(packed, packed.length - 5)],
    ["with a damaged length", damaged(packed, packed.length - 1)],
    ["followed by another", Buffer.concat([packed, gzipped(Buffer.alloc(10))])],
    ["followed by garbage", Buffer.concat([packed, Buffer.from("garbage behind")])],
    ["that is something else", Buffer.from("no gzip, whatever its name says")],
    ["of nothing", new Uint8Array()],
  ])("%s is refused", async (_, bad) => {
    await expect(readAll(bad, "tar.gz")).rejects.toMatchObject(refused(""));
  });
});

const zipMember: ZipMember = { name: "bad", bytes };
const two = () => Buffer.from(zipFile([zipMember, { name: "next", bytes }]));
function overlapping(): Buffer {
  const packed = two();
  const second = packed.lastIndexOf("PK\u0001\u0002");
  packed.writeUInt32LE(0, second + 42);
  return packed;
}

const badZips: [string, Uint8Array, string][] = [
  ["a symbolic link", zipFile([{ ...zipMember, externalAttributes: 0xa1ff0000 }]), "symbolic link"],
  ["a device", zipFile([{ ...zipMember, externalAttributes: 0x21ff0000 }]), "neither"],
  ["a folder with bytes", zipFile([{ ...zipMember, name: "d/" }]), "folder"],
  ["a folder with a file's name", zipFile([{ name: "d", bytes: new Uint8Array(), externalAttributes: 0x10 }]), "folder"],
  ["an encrypted member", zipFile([{ ...zipMember, flags: 1 }]), "encrypted"],
  ["hidden headers", zipFile([{ ...zipMember, flags: 0x2000 }]), "encrypted"],
  ["a patch", zipFile([{ ...zipMember, flags: 0x20 }]), "patch"],
  ["an unknown method", zipFile([{ ...zipMember, method: 12 }]), "method"],
  ["another name in the file's own header", zipFile([{ ...zipMember, ownName: "sly" }]), "calls itself"],
  ["another method in the file's own header", damaged(zipFile([zipMember]), 8), "methods"],
  ["another size in the file's own header", zipFile([{ ...zipMember, ownBytes: 7 }]), "different things"],
  ["a wrong checksum", zipFile([{ ...zipMember, crc32: 1 }]), "checksum"],
  ["more than it claims", zipFile([{ ...zipMember, deflated: true, claimedBytes: 3 }]), "more than the 3 bytes"],
  ["less than it claims", zipFile([{ ...zipMember, deflated: true, claimedBytes: 300 }]), "claims 300"],
  ["damaged data", damaged(zipFile([{ ...zipMember, deflated: true }]), 33), ""],
  ["members that share bytes", overlapping(), "shares bytes"],
  ["something behind its end", Buffer.concat([zipFile([zipMember]), bytes]), "no zip directory"],
  ["its end cut off", zipFile([zipMember]).subarray(0, -1), "no zip directory"],
  ["nothing in it", new Uint8Array(), "no zip directory"],
];

describe("a zip with", () => {
  it.each(badZips)("%s is refused", async (_, packed, message) => {
    await expect(readAll(packed, "zip")).rejects.toMatchObject(refused(message));
  });

  it("64-bit sizes, folders and both methods is read", async () => {
    const members = [
      { name: "d/", bytes: new Uint8Array() },
      { name: "d/a", bytes },
      { name: "d/b", bytes, deflated: true },
    ];
    expect(await readAll(zipFile(members, { zip64: true }), "zip")).toEqual({ "d/a": bytes.toString(), "d/b": bytes.toString() });
  });
});

describe("a limit", () => {
  const members = Array.from({ length: 30 }, (_, index) => ({ name: `${index}`, bytes: Buffer.alloc(1000) }));
  it("on members, bytes and ratio holds for every kind", async () => {
    const kinds = [
      ["tar", tarFile(members)],
      ["tar.gz", gzipped(tarFile(members))],
      ["zip", zipFile(members.map((member) => ({ ...member, deflated: true })))],
    ] as const;
    for (const [kind, packed] of kinds) {
      await expect(readAll(packed, kind, { members: 29 })).rejects.toMatchObject(refused("more than 29 members"));
      await expect(readAll(packed, kind, { totalBytes: 29_999 })).rejects.toMatchObject(refused("29999 is the most", "29"));
      await expect(readAll(packed, kind, { ratio: 0, anyRatioBytes: 1000 })).rejects.toMatchObject(refused("0 for each", "1"));
      expect(Object.keys(await readAll(packed, kind))).toHaveLength(30);
    }
  });

  it("stops a bomb before it goes off", async () => {
    const bomb = Buffer.alloc(32 * 1024 * 1024);
    await expect(readAll(gzipped(tarFile([{ name: "bomb", bytes: bomb }])), "tar.gz")).rejects.toMatchObject(refused("100 for each", "bomb"));
    await expect(readAll(zipFile([{ name: "bomb", bytes: bomb, deflated: true }]), "zip")).rejects.toMatchObject(refused("100 for each", "bomb"));
  });

  it("counts what only describes members", async () => {
    const descriptions = Array.from({ length: 300 }, () => ({ name: "g", type: "g", bytes: Buffer.alloc(65_536, "65536 comment=") }));
    for (const { bytes: text } of descriptions) text[65_535] = 0x0a;
    await expect(readAll(gzipped(tarFile(descriptions)), "tar.gz")).rejects.toMatchObject(refused("100 for each"));
  });
});
