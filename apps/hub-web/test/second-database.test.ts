import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../src/database/open-database.ts";
import { prismaFolder } from "../src/folders.ts";
import { type Hub, openHub } from "../src/hub/open-hub.ts";
import { publishRelease } from "../src/publishing/publish-release.ts";
import { answerPublicRoute } from "../src/routes/answer-public-route.ts";
import { recordingLog } from "./recording-log.ts";
import { bigFile, sha256, writeStarter } from "./sample-starter.ts";
import { serverOfFile } from "./server-of-file.ts";
import { startHub } from "./start-hub.ts";
import { temporaryFolder } from "./temporary-folder.ts";

// What only holds on a PostgreSQL server. Everything else that touches the database runs there a second time: vitest.config.ts.
const { emptyDatabase } = serverOfFile();

async function hubs(databaseUrl: string, names: readonly string[]) {
  const folder = await temporaryFolder();
  const starter = await writeStarter(join(folder, "starter"));
  return names.map((name) => {
    const hub = startHub({ DATABASE_URL: databaseUrl, TENFOLD_HUB_DATA: join(folder, name), TENFOLD_HUB_STARTER: starter });
    onTestFinished(() => void hub.end("SIGKILL"));
    return hub;
  });
}

test("two hubs that start at once on an empty database set it up once, publish one release and both serve it", async () => {
  const database = await emptyDatabase();
  const both = await hubs(database, ["one", "other"]);
  const urls = await Promise.all(both.map((hub) => hub.ready()));
  const channels = await Promise.all(urls.map(async (url) => (await fetch(`${url}/catalog/channels/stable.json`)).text()));
  expect(channels[0]).toBe(channels[1]);
  for (const url of urls) {
    expect(await (await fetch(`${url}/api/health`)).json()).toMatchObject({ status: "ok", database: "PostgreSQL", release: 1 });
    expect((await fetch(`${url}/artifacts/sha256/${sha256(bigFile())}`)).status).toBe(200);
  }
  const said = both.map((hub) => hub.output()).join("");
  expect(said.match(/applied migrations/g)).toHaveLength(1);
  expect(said.match(/published release/g)).toHaveLength(1);

  const [late] = await hubs(database, ["late"]);
  const address = await late?.ready();
  expect(late?.output()).toContain(`promises files that are not in the data folder: artifacts/sha256/${sha256(bigFile())}`);
  expect((await fetch(`${address}/artifacts/sha256/${sha256(bigFile())}`)).status).toBe(404);
});

test("a hub without the keys serves what is signed; what is published on it is signed by the one that has them", async () => {
  const databaseUrl = await emptyDatabase();
  const folder = await temporaryFolder();
  const starterFolder = await writeStarter(join(folder, "starter"));
  const { log, lines } = recordingLog();
  const open = async (name: string) => {
    const hub = await openHub({ databaseUrl, dataFolder: join(folder, name), starterFolder, log });
    onTestFinished(() => hub.close());
    return hub;
  };
  const [keeper, other] = [await open("keeper"), await open("other")];
  const served = async (hub: Hub) => (await answerPublicRoute(new Request("http://hub.example/tuf/timestamp.json"), hub))?.text();
  const first = await served(keeper);
  expect(first).toContain("signatures");
  expect(await served(other)).toBe(first);
  await expect(stat(join(folder, "other/keys"))).rejects.toThrow("ENOENT");

  await other.database.$transaction((transaction) => publishRelease(transaction, { channel: "stable", publishedAt: new Date() }));
  await other.signer.sign();
  expect(lines.at(-1)).toContain("is not signed by this hub");
  expect(await served(other)).toBe(first);
  await keeper.signer.sign();
  expect(await served(other)).not.toBe(first);
  expect(await served(keeper)).toBe(await served(other));
});

test("of many that open one empty database at once, one migrates it and the others find it whole", async () => {
  const databaseUrl = await emptyDatabase();
  const { log, lines } = recordingLog();
  const opened = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ databaseUrl, prismaFolder, log })));
  expect(lines.filter((line) => line.startsWith("applied"))).toHaveLength(1);
  for (const { database, close } of opened) {
    expect(await database.model.count()).toBe(0);
    await close();
  }
});

test("a database that is not there is named, and its password is not", async () => {
  const url = new URL(await emptyDatabase());
  url.pathname = "/nowhere";
  url.password = "secret";
  const [hub] = await hubs(url.href, ["one"]);
  expect(await hub?.ended()).toBe(1);
  expect(hub?.output()).toMatch(/The PostgreSQL database nowhere on .* could not be opened.*does not exist/);
  expect(hub?.output()).toContain("DATABASE_URL");
  expect(hub?.output()).not.toContain("secret");
});
