import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordingLog } from "../../test/recording-log.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { prismaFolder } from "../folders.ts";
import { openDatabase } from "./open-database.ts";
import { writeInitialDatabase } from "./write-initial-database.ts";

test("writes a migrated dump that a hub starts from, and writes it again only when the migrations change", async () => {
  const file = join(await temporaryFolder(), "dist/initial.tar.gz");
  await writeInitialDatabase({ prismaFolder, file });
  const { log, lines } = recordingLog();
  const { database, close } = await openDatabase({ prismaFolder, initialDatabaseFile: file, log });
  expect(await database.model.count()).toBe(0);
  expect(lines).toEqual([]);
  await close();

  const before = (await stat(file)).mtimeMs;
  await writeInitialDatabase({ prismaFolder, file });
  expect((await stat(file)).mtimeMs).toBe(before);
  await writeFile(`${file}.stamp`, "other migrations");
  await writeInitialDatabase({ prismaFolder, file });
  expect(await readFile(`${file}.stamp`, "utf8")).toMatch(/^[0-9a-f]{64}$/);
});
