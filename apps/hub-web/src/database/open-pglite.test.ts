import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordingLog } from "../../test/recording-log.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { initialDatabaseFile, prismaFolder } from "../folders.ts";
import { openDatabase } from "./open-database.ts";

test("begins again when the first set-up was interrupted, and deletes nothing", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "pgdata"));
  await writeFile(join(folder, "pgdata/PG_VERSION"), "torn");
  const { log, lines } = recordingLog();
  const { database, close } = await openDatabase({ folder, prismaFolder, initialDatabaseFile, log });
  expect(await database.model.count()).toBe(0);
  expect(lines.join()).toContain("interrupted");
  await access(join(folder, "pgdata.incomplete/PG_VERSION"));
  await close();
});

test("starts from nothing when the build left no dump", async () => {
  const folder = await temporaryFolder();
  const { log, lines } = recordingLog();
  const { database, close } = await openDatabase({ prismaFolder, initialDatabaseFile: join(folder, "none"), log });
  expect(lines[0]).toContain("from nothing");
  expect(await database.release.count()).toBe(0);
  await close();
});
