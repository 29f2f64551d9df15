import { mkdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { expect, inject, onTestFinished, test } from "vitest";
import { newDatabase } from "../../test/new-database.ts";
import { openSampleHub } from "../../test/open-sample-hub.ts";
import { recordingLog } from "../../test/recording-log.ts";
import { bigFile, sha256 } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { publishedRelease } from "../catalog/published-release.ts";
import { onOneConnection } from "../database/one-connection.ts";
import { openHub } from "../hub/open-hub.ts";
import { sweep } from "../sweeping/sweep.ts";
import { createBackup } from "./create-backup.ts";
import { filesMayGo, whileFilesStay } from "./files-stay.ts";
import { dumpDatabase } from "./postgres-programs.ts";
import { restoreBackup } from "./restore-backup.ts";

const onPostgres = () => inject("postgres") !== undefined;

/** A hub's backup, the hub being stopped on PGlite and going on on PostgreSQL. */
async function backedUp() {
  const given = await newDatabase();
  const hub = await openSampleHub(undefined, given);
  onTestFinished(() => hub.discard());
  const release = await publishedRelease(hub.database);
  const trust = await hub.signer.trust();
  if (!onPostgres()) await hub.close();
  const file = join(await temporaryFolder(), "hub.tar");
  const { files } = await createBackup({ dataFolder: hub.dataFolder, ...given, file });
  return { file, files, release, trust };
}

test("what was backed up is there again after a restore: rows, files, keys; and the hub goes on from it", async () => {
  const { file, files, release, trust } = await backedUp();
  const dataFolder = join(await temporaryFolder(), "data");
  // What a restore that was killed while it read has left.
  await mkdir(join(dataFolder, ".restoring/data/keys"), { recursive: true });
  const given = await newDatabase();
  expect(await restoreBackup({ file, dataFolder, ...given })).toMatchObject({ files });

  const { log, lines } = recordingLog();
  const restored = await openHub({ ...given, dataFolder, starterFolder: "/nowhere", log });
  onTestFinished(() => restored.close());
  expect(await publishedRelease(restored.database)).toEqual(release);
  expect(await restored.signer.trust()).toEqual(trust);
  expect(lines.join("\n")).not.toMatch(/importing|promises files|development keys|interrupted/);
  const opened = await restored.store.open(sha256(bigFile()));
  expect(opened?.sizeBytes).toBe(bigFile().length);
  await opened?.close();
});

test("a backup that is cut off or damaged, or is none, is refused and changes nothing", async () => {
  const { file } = await backedUp();
  const whole = await readFile(file);
  const dataFolder = join(await temporaryFolder(), "data");
  const given = await newDatabase();
  const refused = async (code: string) => {
    await expect(restoreBackup({ file, dataFolder, ...given })).rejects.toMatchObject({ code });
    await expect(stat(join(dataFolder, onPostgres() ? "keys" : "pgdata"))).rejects.toThrow();
  };
  for (const length of [whole.length / 2, whole.length - 4096, 100, 0]) {
    await truncate(file, Math.floor(length));
    await refused("invalid-format");
  }
  // A byte of the model itself.
  const place = whole.indexOf(bigFile().subarray(0, 64 * 1024));
  expect(place).toBeGreaterThan(0);
  const damaged = Buffer.from(whole);
  damaged[place + 50_000] = (damaged[place + 50_000] ?? 0) ^ 1;
  await writeFile(file, damaged);
  await refused("digest-mismatch");
  await writeFile(file, "not a tar file at all".repeat(100));
  await refused("invalid-format");
});

/** A tar file like a backup, of files that each say what they are called. */
async function writeArchive(file: string, names: readonly string[]): Promise<void> {
  const archive = pack();
  archive.entry({ name: "backup.json" }, JSON.stringify({ schemaVersion: 1, tool: "x", at: "2026-01-01T00:00:00Z", database: "PGlite" }));
  for (const name of names) archive.entry({ name }, name);
  archive.entry({ name: "contents.json" }, JSON.stringify({ files: Object.fromEntries(names.map((name) => [name, sha256(Buffer.from(name))])) }));
  archive.finalize();
  await writeFile(file, await buffer(archive));
}

test.each(["data/../../escaped", "/etc/escaped", "data/a/./b", "other/file", "data/\u0000"])("a file of the name %j leads nowhere", async (name) => {
  const folder = await temporaryFolder();
  const file = join(folder, "hub.tar");
  await writeArchive(file, [name]);
  await expect(restoreBackup({ file, dataFolder: join(folder, "data") })).rejects.toThrow(expect.objectContaining({ name: "TenfoldError" }));
  await expect(stat(join(folder, "escaped"))).rejects.toThrow();
});

test("a folder that a restore left half-way is taken by no hub, and by no restore before it is emptied", async () => {
  const folder = await temporaryFolder();
  const [file, dataFolder] = [join(folder, "hub.tar"), join(folder, "data")];
  // A folder cannot take the place of the lock's file: the last step fails in the middle.
  await writeArchive(file, ["data/keys/key", "data/hub.lock/x", "data/secret"]);
  const { log } = recordingLog();
  await expect(restoreBackup({ file, dataFolder })).rejects.toMatchObject({ code: "storage-failed" });
  for (let time = 0; time < 2; time += 1) {
    const half = { code: "storage-failed", message: expect.stringContaining("did not come to its end"), remedy: expect.stringContaining("Restore again") };
    await expect(openHub({ dataFolder, starterFolder: "/nowhere", log })).rejects.toMatchObject(half);
    await expect(createBackup({ dataFolder, file: join(folder, "other.tar") })).rejects.toMatchObject(half);
    await expect(restoreBackup({ file, dataFolder })).rejects.toThrow(expect.objectContaining({ name: "TenfoldError" }));
  }
  await rm(dataFolder, { recursive: true });
  await writeArchive(file, ["data/secret"]);
  await restoreBackup({ file, dataFolder });
  expect(await readFile(join(dataFolder, "secret"), "utf8")).toBe("data/secret");
});

test("rows on their way into a backup are for nobody else to read", async (context) => {
  const { databaseUrl } = await newDatabase();
  if (databaseUrl === undefined) return context.skip("PostgreSQL's affair");
  const file = join(await temporaryFolder(), "rows.dump");
  await writeFile(file, "left by an earlier one", { mode: 0o644 });
  await dumpDatabase(databaseUrl, file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("nothing is restored over what is there, nor into a database of another kind", async () => {
  const { file } = await backedUp();
  const dataFolder = await temporaryFolder();
  const other = onPostgres() ? {} : { databaseUrl: "postgresql://hub@localhost/none" };
  await expect(restoreBackup({ file, dataFolder, ...other })).rejects.toMatchObject({ code: "invalid-input", message: expect.stringContaining("of a hub on") });
  await writeFile(join(dataFolder, "precious"), "mine");
  await expect(restoreBackup({ file, dataFolder, ...(await newDatabase()) })).rejects.toMatchObject({ code: "invalid-input" });
  expect(await readFile(join(dataFolder, "precious"), "utf8")).toBe("mine");
});

test("a hub that runs on PGlite is not backed up behind its back", async (context) => {
  if (onPostgres()) context.skip("PGlite's affair");
  const hub = await openSampleHub();
  onTestFinished(() => hub.discard());
  const file = join(await temporaryFolder(), "hub.tar");
  await expect(createBackup({ dataFolder: hub.dataFolder, file })).rejects.toMatchObject({ code: "store-locked" });
  await expect(stat(file)).rejects.toThrow();
});

test("a backup waits for a file that a sweep is removing, and a sweep leaves files alone while a backup is written", async (context) => {
  const given = await newDatabase();
  const { databaseUrl } = given;
  if (databaseUrl === undefined) return context.skip("PostgreSQL's affair");
  const hub = await openSampleHub(undefined, { ...given, clock: () => new Date(Date.now() + 31 * 24 * 3_600_000) });
  onTestFinished(() => hub.discard());
  const file = join(await temporaryFolder(), "hub.tar");
  const waiting = async () => hub.database.$queryRaw<unknown[]>`select 1 from pg_locks where locktype = 'advisory' and not granted`;
  // A sweep that is at a file, for as long as this transaction lasts.
  const backup = await hub.database.$transaction(
    async (transaction) => {
      expect(await filesMayGo(transaction)).toBe(true);
      const writing = createBackup({ dataFolder: hub.dataFolder, ...given, file });
      while ((await waiting()).length === 0);
      // Nothing of it is written before: what is removed here is in no row and no list of it.
      await expect(stat(`${file}.dump.part`)).rejects.toThrow("ENOENT");
      expect(await hub.database.$transaction(filesMayGo)).toBe(false);
      return { writing };
    },
    { timeout: 60_000 },
  );
  await backup.writing;

  const stray = join(hub.dataFolder, "artifacts/sha256", "ab".repeat(32));
  await writeFile(stray, "left by a process that was killed");
  await whileFilesStay(databaseUrl, async () => {
    expect(await sweep(hub)).toMatchObject({ files: 0 });
    await stat(stray);
  });
  expect(hub.lines.join("\n")).toContain("a backup is being written");
  expect(await sweep(hub)).toMatchObject({ files: 1 });
  await expect(stat(stray)).rejects.toThrow("ENOENT");
});

test("a backup whose connection broke is none, for files may have gone", async (context) => {
  const { databaseUrl } = await newDatabase();
  if (databaseUrl === undefined) return context.skip("PostgreSQL's affair");
  const broken = whileFilesStay(databaseUrl, () =>
    onOneConnection(
      databaseUrl,
      () => {},
      (run) => run("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 7365004"),
    ),
  );
  await expect(broken).rejects.toThrow();
});
