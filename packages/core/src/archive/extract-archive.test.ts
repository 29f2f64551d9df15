import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ArchiveKind } from "@tenfold/catalog";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gzipped, memorySource, tarFile } from "../../test/archive-files.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { zipFile } from "../../test/zip-file.ts";
import { extractArchive } from "./extract-archive.ts";

let platform: TemporaryPlatform;
let folder: string;
beforeEach(async () => {
  platform = await temporaryPlatform();
  folder = await mkdtemp(join(tmpdir(), "tenfold-archive-"));
});
afterEach(async () => {
  await platform.remove();
  await rm(folder, { recursive: true });
});

const longName = `${"deep/".repeat(20)}${"long-".repeat(15)}name.txt`;
const content: Readonly<Record<string, Buffer>> = {
  "config.json": Buffer.from('{"layers":2}'),
  "empty.txt": Buffer.alloc(0),
  "weights/model.bin": Buffer.from(Uint8Array.from({ length: 700_001 }, (_, index) => (index * index) >> 5)),
  "übersetzung/größe.txt": Buffer.from("Maß"),
  [longName]: Buffer.from("long"),
};

async function writeContent(): Promise<void> {
  for (const [path, bytes] of Object.entries(content)) {
    await mkdir(dirname(join(folder, "content", path)), { recursive: true });
    await writeFile(join(folder, "content", path), bytes);
  }
}

async function extract(bytes: Uint8Array, kind: ArchiveKind, options: Partial<Parameters<typeof extractArchive>[2]> = {}) {
  return extractArchive(memorySource(bytes), "out/model", { files: platform.files, kind, name: `model.${kind}`, ...options });
}

async function expectContent(): Promise<void> {
  for (const [path, bytes] of Object.entries(content)) expect((await readFile(join(platform.home, "out/model", path))).equals(bytes), path).toBe(true);
  expect(await readdir(join(platform.home, "out"))).toEqual(["model"]);
}

function has(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const tarFormats = ["ustar", "pax", "gnu"] as const;
const pythonZip = `
import sys, zipfile, os
with open(sys.argv[1], "wb") as out, zipfile.ZipFile(out, "w", getattr(zipfile, sys.argv[3])) as packed:
  for folder, _, names in os.walk(sys.argv[2]):
    for name in names:
      path = os.path.join(folder, name)
      with packed.open(os.path.relpath(path, sys.argv[2]), "w", force_zip64=True) as member: member.write(open(path, "rb").read())
`;
const pythonTar = `
import sys, tarfile
with tarfile.open(sys.argv[1], sys.argv[3], format=getattr(tarfile, sys.argv[4])) as packed: packed.add(sys.argv[2], arcname=".")
`;

describe("an archive made by", () => {
  const archive = () => join(folder, "packed");

  it.for(tarFormats.flatMap((format) => [[format, "tar"] as const, [format, "tar.gz"] as const]))(
    "tar, %s, as %s is unpacked",
    async ([format, kind], context) => {
      need(context, "tar", has("tar"), "apt-get install -y tar");
      await writeContent();
      execFileSync("tar", [`--format=${format}`, kind === "tar" ? "-cf" : "-czf", archive(), "-C", join(folder, "content"), "."]);
      await extract(await readFile(archive()), kind);
      await expectContent();
    },
  );

  it("zip is unpacked, from a file and from a pipe", async (context) => {
    need(context, "zip", has("zip"), "apt-get install -y zip");
    await writeContent();
    execFileSync("zip", ["-q", "-r", archive(), "."], { cwd: join(folder, "content") });
    await extract(await readFile(`${archive()}.zip`), "zip");
    await expectContent();
    await platform.files.remove("out");
    await extract(execFileSync("zip", ["-q", "-r", "-", "."], { cwd: join(folder, "content") }), "zip");
    await expectContent();
  });

  it.for(["ZIP_STORED", "ZIP_DEFLATED"])("Python's zipfile, %s with 64-bit sizes, is unpacked", async (method, context) => {
    need(context, "python3", has("python3"), "apt-get install -y python3");
    await writeContent();
    execFileSync("python3", ["-c", pythonZip, archive(), join(folder, "content"), method]);
    await extract(await readFile(archive()), "zip");
    await expectContent();
  });

  it.for(["PAX_FORMAT", "GNU_FORMAT"])("Python's tarfile, %s, is unpacked", async (format, context) => {
    need(context, "python3", has("python3"), "apt-get install -y python3");
    await writeContent();
    execFileSync("python3", ["-c", pythonTar, archive(), join(folder, "content"), "w:gz", format]);
    await extract(await readFile(archive()), "tar.gz");
    await expectContent();
  });
});

const bytes = Buffer.from("bytes");
const good = tarFile([
  { name: "a/b.txt", bytes },
  { name: "c.txt", bytes },
]);

describe("extracting", () => {
  it("says what it wrote and how far it is", async () => {
    const seen: number[] = [];
    const files = await extract(good, "tar", { onProgress: ({ readBytes }) => seen.push(readBytes) });
    expect(files).toEqual([
      { path: "a/b.txt", sizeBytes: 5 },
      { path: "c.txt", sizeBytes: 5 },
    ]);
    expect(seen.at(-1)).toBe(good.length);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
  });

  it("leaves nothing when a later member is bad", async () => {
    const packed = tarFile([
      { name: "first.txt", bytes },
      { name: "../second.txt", bytes },
    ]);
    await expect(extract(packed, "tar")).rejects.toMatchObject({ code: "invalid-format", stage: "extraction" });
    expect(await platform.files.list("out")).toEqual([]);
    expect(await readdir(platform.home)).not.toContain("second.txt");
  });

  it("does not touch a folder that is there", async () => {
    await platform.files.writeAtomic("out/model/mine.txt", bytes);
    await expect(extract(good, "tar")).rejects.toMatchObject({ code: "invalid-input" });
    expect(await platform.files.list("out/model")).toEqual(["mine.txt"]);
  });

  it("moves file by file where folders cannot be moved, and leaves nothing when that fails", async () => {
    const { location: _, ...files } = platform.files;
    const rename = async (from: string, to: string) => {
      if ((await files.stat(from))?.kind === "folder") throw new Error("only files are moved");
      await files.rename(from, to);
    };
    await extract(good, "tar", { files: { ...files, rename } });
    expect(await platform.files.list("out")).toEqual(["model"]);
    expect(await platform.files.list("out/model")).toEqual(["a", "c.txt"]);
    await files.remove("out");
    const failing = async (from: string, to: string) => (to.endsWith("c.txt") ? Promise.reject(new Error("disk gone")) : rename(from, to));
    await expect(extract(good, "tar", { files: { ...files, rename: failing } })).rejects.toThrow("disk gone");
    expect(await platform.files.list("out")).toEqual([]);
  });

  it.each([
    ["tar", good],
    ["tar.gz", gzipped(good)],
    [
      "zip",
      zipFile([
        { name: "a", bytes },
        { name: "b", bytes, deflated: true },
      ]),
    ],
  ] as const)("of a %s stops when aborted, and leaves nothing", async (kind, packed) => {
    const reason = new Error("enough");
    const abort = new AbortController();
    await expect(extract(packed, kind, { signal: abort.signal, onProgress: () => abort.abort(reason) })).rejects.toBe(reason);
    expect(await platform.files.list("out")).toEqual([]);
  });

  it("passes on what the source's own failure was", async () => {
    const failing = { sizeBytes: 100_000, read: () => Promise.reject(new Error("cable pulled")) };
    for (const kind of ["tar", "tar.gz", "zip"] as const) {
      await expect(extractArchive(failing, "out/model", { files: platform.files, kind, name: "x" })).rejects.toThrow("cable pulled");
    }
  });
});

describe("memory", () => {
  it.for(["tar", "tar.gz", "zip"] as const)("stays flat while 200 MB come out of a %s", { timeout: 300_000 }, async (kind, context) => {
    needFullTests(context);
    need(context, "tar", has("tar"), "apt-get install -y tar");
    need(context, "zip", has("zip"), "apt-get install -y zip");
    const sizeBytes = 200_000_000;
    const packed = join(folder, "packed.zip");
    await writeFile(join(folder, "zeros"), "");
    await truncate(join(folder, "zeros"), sizeBytes);
    const commands = { tar: ["tar", "-cf"], "tar.gz": ["tar", "-czf"], zip: ["zip", "-q"] } as const;
    const [command, option] = commands[kind];
    execFileSync(command, [option, packed, "zeros"], { cwd: folder });
    const file = await open(packed);
    const source = {
      sizeBytes: (await file.stat()).size,
      read: async ({ start, end }: { start: number; end: number }) => {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
        return buffer.subarray(0, bytesRead);
      },
    };
    const used = () => process.memoryUsage().rss;
    const before = used();
    let most = before;
    const onProgress = () => {
      most = Math.max(most, used());
    };
    const extracted = await extractArchive(source, "out/model", { files: platform.files, kind, name: packed, limits: { ratio: 2000 }, onProgress });
    await file.close();
    expect(extracted).toEqual([{ path: "zeros", sizeBytes }]);
    expect(most - before).toBeLessThan(100_000_000);
  });
});
