import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newDatabase } from "../../test/new-database.ts";
import { recordingLog } from "../../test/recording-log.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { initialDatabaseFile, prismaFolder } from "../folders.ts";
import { openDatabase } from "./open-database.ts";

const document = { sha256: "a".repeat(64), kind: "release" as const, bytes: new TextEncoder().encode("{}") };

test("keeps what was written, and applies nothing twice", async () => {
  const folder = await temporaryFolder();
  const place = { folder, ...(await newDatabase()) };
  const { log, lines } = recordingLog();
  const first = await openDatabase({ ...place, prismaFolder, initialDatabaseFile, log });
  await first.database.document.create({ data: document });
  await first.close();
  lines.length = 0;
  const second = await openDatabase({ ...place, prismaFolder, initialDatabaseFile, log });
  expect(await second.database.document.findUniqueOrThrow({ where: { sha256: document.sha256 } })).toMatchObject(document);
  expect(lines).toEqual([]);
  await second.close();
  await second.close();
});

test("applies a migration that came with a newer version to the data there is", async () => {
  const folder = await temporaryFolder();
  const place = { folder, ...(await newDatabase()) };
  const { log, lines } = recordingLog();
  const older = await openDatabase({ ...place, prismaFolder, initialDatabaseFile, log });
  await older.database.document.create({ data: document });
  await older.close();

  const newer = join(folder, "newer");
  await cp(prismaFolder, newer, { recursive: true });
  await mkdir(join(newer, "migrations/20991231000000_note"));
  await writeFile(join(newer, "migrations/20991231000000_note/migration.sql"), 'CREATE TABLE "note" ("text" TEXT PRIMARY KEY);\n');
  const { database, close } = await openDatabase({ ...place, prismaFolder: newer, initialDatabaseFile, log });
  expect(lines.at(-1)).toBe("applied migration 20991231000000_note");
  expect(await database.$queryRaw`select * from note`).toEqual([]);
  expect(await database.document.count()).toBe(1);
  await close();
});

test("a migration that does not apply is refused, with the database's reason, and leaves everything as it was", async () => {
  const folder = await temporaryFolder();
  const place = { folder, ...(await newDatabase()) };
  const { log } = recordingLog();
  const broken = join(folder, "broken");
  await cp(prismaFolder, broken, { recursive: true });
  await mkdir(join(broken, "migrations/20991231000000_bad"));
  await writeFile(join(broken, "migrations/20991231000000_bad/migration.sql"), 'CREATE TABLE "note" ("text" TEXT);\nCREATE NONSENSE;\n');
  await expect(openDatabase({ ...place, prismaFolder: broken, initialDatabaseFile, log })).rejects.toMatchObject({
    code: "storage-failed",
    message: expect.stringMatching(/could not be migrated.*NONSENSE/s),
  });
  const { database, close } = await openDatabase({ ...place, prismaFolder, initialDatabaseFile, log });
  expect(await database.$queryRaw`select to_regclass('note')::text as found`).toEqual([{ found: null }]);
  await close();
  await rm(broken, { recursive: true });
  await expect(openDatabase({ ...place, prismaFolder: broken, initialDatabaseFile, log })).rejects.toThrow("ENOENT");
});

test("refuses to change what is published, and evidence without a value", async () => {
  const { log } = recordingLog();
  const { database, close } = await openDatabase({ ...(await newDatabase()), prismaFolder, initialDatabaseFile, log });
  await database.document.create({ data: document });
  await expect(database.document.update({ where: { sha256: document.sha256 }, data: { bytes: new TextEncoder().encode("[]") } })).rejects.toThrow("immutable");

  const licence = { licenceId: "MIT", licenceGated: false };
  const variant = { name: "v", position: 0, format: "gguf" };
  await database.model.create({ data: { id: "m", name: "M", publisher: "P", description: "", ...licence, variants: { create: variant } } });
  const { id: variantId } = await database.variant.findFirstOrThrow();
  const artifact = { variantId, path: "f", role: "weights", position: 0 };
  for (const columns of [
    { sizeBytes: 1 },
    { sha256: document.sha256 },
    { sizeEvidence: {} },
    { sha256: "X".repeat(64), sha256Evidence: {} },
    { sizeBytes: -1, sizeEvidence: {} },
  ]) {
    await expect(database.artifact.create({ data: { ...artifact, ...columns } })).rejects.toThrow();
  }
  expect(await database.artifact.count()).toBe(0);
  await close();
});
