import { describe, expect, it } from "vitest";
import { gzipped, paxRecords, tarFile } from "../../test/archive-files.ts";
import { fuzz, fuzzTimeoutMs } from "../../test/fuzz.ts";
import { zipFile } from "../../test/zip-file.ts";
import { readArchive } from "./read-archive.ts";

describe("damage in many ways", () => {
  const members = [
    { name: "config.json", bytes: Buffer.from('{"a":1}') },
    { name: "folder/weights", bytes: Buffer.from(Array.from({ length: 700 }, (_, index) => (index * 31) & 0xff)) },
  ];
  const tar = tarFile([
    { name: "pax", type: "x", bytes: paxRecords({ path: "folder/long", size: "7" }) },
    { name: "cut", bytes: Buffer.from("content") },
    ...members,
  ]);
  const zip = zipFile([...members, { name: "packed", bytes: Buffer.alloc(900, "pack"), deflated: true }]);
  const sums = [0, 512, 1024, 1536, 2048, 2560].flatMap((start) => [start + 124, start + 148, start + 156]);
  it.each([
    ["tar", tar, sums],
    ["tar.gz", gzipped(tar), []],
    ["zip", zip, [...Array.from({ length: 46 }, (_, index) => zip.length - 22 - 54 + index), ...Array.from({ length: 30 }, (_, index) => index)]],
  ] as const)(
    "of a %s is read right or refused",
    async (kind, original, structure) => {
      const outcomes = await fuzz({
        original,
        structure,
        mostReadBytes: 2 ** 20,
        async validate(source) {
          let got = 0;
          for await (const { content, sizeBytes } of readArchive(source, { kind, name: "fuzzed" })) {
            let own = 0;
            for await (const part of content) own += part.length;
            expect(own).toBe(sizeBytes);
            got += own;
          }
          expect(got).toBeLessThan(17 * 1024 * 1024);
        },
      });
      expect(outcomes.refused).toBeGreaterThan(500);
    },
    fuzzTimeoutMs,
  );
});
