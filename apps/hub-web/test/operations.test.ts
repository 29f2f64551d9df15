import { execFile } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { need } from "@tenfold/tooling/requirement";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../src/database/open-database.ts";
import { prismaFolder } from "../src/folders.ts";
import { recordingLog } from "./recording-log.ts";
import { bigFile, sha256, writeStarter } from "./sample-starter.ts";
import { serverOfFile } from "./server-of-file.ts";
import { startHub } from "./start-hub.ts";
import { temporaryFolder } from "./temporary-folder.ts";

// What happens to a hub that people depend on. Each test has processes of its own; the server of PostgreSQL is theirs together.
const run = promisify(execFile);
const postgres = serverOfFile();

function start(environment: Record<string, string>, words?: readonly string[]) {
  const hub = startHub(environment, words);
  onTestFinished(() => void hub.end("SIGKILL"));
  return hub;
}

async function settings(databaseUrl?: string) {
  const folder = await temporaryFolder();
  const starter = await writeStarter(join(folder, "starter"));
  const environment = { TENFOLD_HUB_DATA: join(folder, "data"), TENFOLD_HUB_STARTER: starter, ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) };
  return { folder, environment };
}

/** The status of an answer, read to its end; 0 for none. */
async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

/** Asks without a pause until it is told to stop; answers how often each status came. */
function askWithoutPause(url: string) {
  const seen = new Map<number, number>();
  const answered = new EventEmitter();
  let goesOn = true;
  const asking = (async () => {
    while (goesOn) {
      const status = await statusOf(url);
      seen.set(status, (seen.get(status) ?? 0) + 1);
      answered.emit("answer");
    }
  })();
  return {
    /** Resolves when so many more answers have come. */
    async more(count: number) {
      for (let left = count; left > 0; left -= 1) await once(answered, "answer");
    },
    async stop() {
      goesOn = false;
      await asking;
      return seen;
    },
  };
}

test("a database that is restarted under load costs answers while it is away, and nothing afterwards", async () => {
  const { environment } = await settings(await postgres.emptyDatabase());
  const hub = start(environment);
  const url = await hub.ready();
  const before = await (await fetch(`${url}/catalog/channels/stable.json`)).text();
  const load = askWithoutPause(`${url}/api/v1/models`);
  await load.more(20);
  await postgres.restart();
  while ((await statusOf(`${url}/api/ready`)) !== 200);
  await load.more(20);
  const seen = await load.stop();
  expect(seen.get(200)).toBeGreaterThan(20);
  // Failures are said as such, by a process that lives on.
  expect([...seen.keys()].filter((status) => status !== 200 && status !== 500)).toEqual([]);
  expect(await (await fetch(`${url}/catalog/channels/stable.json`)).text()).toBe(before);
  expect(await hub.end("SIGTERM")).toBe(0);
});

test("a newer version migrates while the one before serves, without a failed answer", async () => {
  const databaseUrl = await postgres.emptyDatabase();
  const { folder, environment } = await settings(databaseUrl);
  const url = await start(environment).ready();
  // The next version: what is there, and a migration that adds.
  const next = join(folder, "prisma");
  await cp(prismaFolder, next, { recursive: true });
  const added = join(next, "migrations/99990101000000_next");
  await mkdir(added);
  await writeFile(join(added, "migration.sql"), 'ALTER TABLE "model" ADD COLUMN "nickname" TEXT;\nCREATE TABLE "added" ("id" INTEGER PRIMARY KEY);\n');

  const load = askWithoutPause(`${url}/api/v1/models`);
  await load.more(10);
  const { log, lines } = recordingLog();
  const upgraded = await openDatabase({ databaseUrl, prismaFolder: next, log });
  await upgraded.close();
  expect(lines.join()).toContain("99990101000000_next");
  await load.more(10);
  expect([...(await load.stop()).keys()]).toEqual([200]);
  expect((await fetch(`${url}/models/local`)).status).toBe(200);
});

test("migrate brings an empty database to the form that a hub needs, and says so", async () => {
  const databaseUrl = await postgres.emptyDatabase();
  const { environment } = await settings(databaseUrl);
  const migrated = start(environment, ["migrate"]);
  expect(await migrated.ended()).toBe(0);
  expect(migrated.output()).toContain("the database has the form that this version needs");
  const hub = start(environment);
  await hub.ready();
  expect(hub.output()).not.toContain("applied migrations");
});

test("a worker beside the hub takes jobs, stops when told, and is refused on PGlite", async () => {
  const databaseUrl = await postgres.emptyDatabase();
  const { folder, environment } = await settings(databaseUrl);
  await start({ ...environment, TENFOLD_HUB_WORKERS: "0" }).ready();
  const worker = start({ ...environment, TENFOLD_HUB_DATA: join(folder, "worker") }, ["worker"]);
  const { log } = recordingLog();
  const { database: rows, close } = await openDatabase({ databaseUrl, prismaFolder, log });
  onTestFinished(() => close());
  const { id } = await rows.job.create({
    data: { kind: "announce-release", title: "to nobody", input: { receiver: "none", channel: "stable" }, mostAttempts: 1 },
  });
  for (let state = "queued"; state === "queued" || state === "running"; ) ({ state } = await rows.job.findUniqueOrThrow({ where: { id } }));
  expect((await rows.job.findUniqueOrThrow({ where: { id } })).state).toBe("succeeded");
  expect(await worker.end("SIGTERM")).toBe(0);
  expect(worker.output()).toContain("Tenfold worker is ready");

  const alone = start({ TENFOLD_HUB_DATA: join(folder, "alone") }, ["worker"]);
  expect(await alone.ended()).toBe(1);
  expect(alone.output()).toContain("DATABASE_URL");
});

test("a hub on PostgreSQL is backed up while it serves, and restored elsewhere", async () => {
  const { folder, environment } = await settings(await postgres.emptyDatabase());
  const hub = start(environment);
  const channel = await (await fetch(`${await hub.ready()}/catalog/channels/stable.json`)).text();
  const file = join(folder, "hub.tar");
  const saved = start(environment, ["backup", file]);
  expect(await saved.ended()).toBe(0);
  await hub.end("SIGKILL");

  const other = { ...environment, DATABASE_URL: await postgres.emptyDatabase(), TENFOLD_HUB_DATA: join(folder, "other"), TENFOLD_HUB_STARTER: "/nowhere" };
  const restored = start(other, ["restore", file]);
  expect(await restored.ended()).toBe(0);
  const url = await start(other).ready();
  expect(await (await fetch(`${url}/catalog/channels/stable.json`)).text()).toBe(channel);
  expect(sha256(new Uint8Array(await (await fetch(`${url}/artifacts/sha256/${sha256(bigFile())}`)).arrayBuffer()))).toBe(sha256(bigFile()));
});

test("on a full disk a backup and a first start fail with a word, leave nothing half-made, and work once there is room", async (context) => {
  const { folder, environment } = await settings();
  const small = join(folder, "small");
  await mkdir(small);
  const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small]).then(
    () => true,
    () => false,
  );
  need(context, "mount", mounted, "run as root on Linux, in a container with the right to mount");
  onTestFinished(async () => void (await run("umount", ["-l", small]).catch(() => {})));

  const hub = start(environment);
  await hub.ready();
  await hub.end("SIGTERM");
  const file = join(small, "hub.tar");
  const saved = start(environment, ["backup", file]);
  expect(await saved.ended()).toBe(1);
  expect(saved.output()).toContain("There is no room for the backup");
  expect(await readdir(small)).toEqual([]);

  const data = join(small, "data");
  const cramped = start({ ...environment, TENFOLD_HUB_DATA: data });
  expect(await cramped.ended()).toBe(1);
  await run("mount", ["-o", "remount,size=400m", small]);
  const roomy = start({ ...environment, TENFOLD_HUB_DATA: data });
  expect((await fetch(`${await roomy.ready()}/artifacts/sha256/${sha256(bigFile())}`)).status).toBe(200);
  await roomy.end("SIGTERM");
  const again = start(environment, ["backup", file]);
  expect(await again.ended()).toBe(0);
  expect((await stat(file)).size).toBeGreaterThan(bigFile().length);
  expect((await readFile(file)).includes("contents.json")).toBe(true);
});

test("a hub whose output nobody reads any more goes on, and stops when it is told to", async () => {
  const { environment } = await settings();
  const hub = start(environment);
  const url = await hub.ready();
  for (const stream of [hub.child.stdout, hub.child.stderr]) stream?.destroy();
  const ended = once(hub.child, "exit");
  // Said, and heard by nobody.
  hub.child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(await statusOf(url)).toBe(0);
});

test("lines of JSON say what was asked, without queries, and how the hub stopped", async () => {
  const { environment } = await settings();
  const hub = start({ ...environment, TENFOLD_HUB_LOG: "json" });
  let url: string | undefined;
  while (url === undefined) {
    url = /ready: (http:[^"\s]+)/.exec(hub.output())?.[1];
    if (url === undefined) await new Promise((resolve) => hub.child.stdout?.once("data", resolve));
  }
  await (await fetch(`${url}/api/v1/models?q=a-secret`)).text();
  expect(await hub.end("SIGTERM")).toBe(0);
  const lines = hub
    .output()
    .trim()
    .split("\n")
    // Next says a line of its own while it begins.
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ level: "info", message: "answered", route: "/api/v1/models", status: 200, path: "/api/v1/models" }));
  expect(lines.at(-1)).toMatchObject({ level: "info", message: "stopped", time: expect.stringMatching(/^\d{4}-/) });
  expect(hub.output()).not.toContain("a-secret");
});
