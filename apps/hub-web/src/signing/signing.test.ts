import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { releaseSchema } from "@tenfold/catalog";
import { nodePlatform } from "@tenfold/core/node";
import { createTrustClient } from "@tenfold/core/trust";
import { needFullTests } from "@tenfold/tooling/requirement";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newDatabase } from "../../test/new-database.ts";
import { recordingLog } from "../../test/recording-log.ts";
import { sampleModels, writeStarter } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { findDocument } from "../catalog/find-document.ts";
import { type Hub, openHub } from "../hub/open-hub.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { answerPublicRoute } from "../routes/answer-public-route.ts";
import { initialiseKeys, type RootKeyFile, rotateKeys, signDraft } from "./key-ceremony.ts";
import { readKeyFile, writeKeyFile } from "./key-file.ts";
import { openKeyFolder } from "./key-folder.ts";
import { newSigningKey } from "./signing-key.ts";

const dayMs = 86_400_000;
let folder: string;
let nowMs: number;
let hub: Hub | undefined;
let place: Awaited<ReturnType<typeof newDatabase>>;
const clock = () => new Date(nowMs);
const { log, lines } = recordingLog();

beforeEach(async () => {
  folder = await temporaryFolder();
  nowMs = Date.parse("2026-06-01T00:00:00Z");
  place = await newDatabase();
});
afterEach(async () => {
  await hub?.close();
  hub = undefined;
});

const data = () => join(folder, "data");
const keyFolder = (passphrase?: string) => openKeyFolder(data(), passphrase);
async function open(options: { isProduction?: boolean; keyPassphrase?: string } = {}): Promise<Hub> {
  await hub?.close();
  hub = undefined;
  const starterFolder = await writeStarter(join(folder, "starter"), sampleModels());
  hub = await openHub({ ...place, dataFolder: data(), starterFolder, log, clock, ...options });
  return hub;
}

/** A client with a store of its own that asks this hub. */
function client(name: string, fingerprint?: string) {
  const platform = nodePlatform({ home: join(folder, name) });
  const fetch = (async (url: URL | string, init?: RequestInit) => {
    if (!hub) throw new TypeError("the hub is closed");
    return answerPublicRoute(new Request(url, init), hub);
  }) as typeof globalThis.fetch;
  const now = { ...platform.clock, timestamp: () => clock().toISOString() };
  return createTrustClient({ metadataUrl: "http://hub.example/tuf", folder: "trust/hub", platform: { ...platform, fetch, clock: now }, fingerprint });
}

const rootFiles = (...names: string[]): RootKeyFile[] =>
  names.map((name) => ({ path: join(folder, "offline", `${name}.json`), passphrase: `passphrase of ${name}` }));
const publish = (opened: Hub) => opened.database.$transaction((transaction) => publishRelease(transaction, { channel: "stable", publishedAt: clock() }));

describe("a first start", () => {
  test("makes development keys, signs the starter catalog as release 1, and says what the keys are worth", async () => {
    const opened = await open();
    const trusted = await client("a").refresh();
    expect(trusted).toMatchObject({ isDevelopment: true, isFirstUse: true, rootVersion: 1 });
    expect(await opened.signer.trust()).toMatchObject({ isDevelopment: true, rootFingerprint: trusted.rootFingerprint });
    const target = trusted.targets.get("releases/1.json");
    expect(target?.custom).toEqual({ number: 1, channels: ["stable"] });
    const bytes = await findDocument(opened.database, target?.hashes.sha256 ?? "");
    expect(bytes?.byteLength).toBe(target?.length);
    expect(releaseSchema.parse(JSON.parse(Buffer.from(bytes ?? []).toString())).number).toBe(1);
    const again = await answerPublicRoute(new Request(`http://hub.example/tuf/targets/releases/${target?.hashes.sha256}.1.json`), opened);
    expect(again?.headers.get("cache-control")).toContain("immutable");
    expect((await answerPublicRoute(new Request("http://hub.example/tuf/timestamp.json"), opened))?.headers.get("cache-control")).toBe("no-cache");
    for (const name of ["root.json", "0.root.json", "2.root.json", "1.timestamp.json", "x"]) {
      expect((await answerPublicRoute(new Request(`http://hub.example/tuf/${name}`), opened))?.status, name).toBe(404);
    }
  });

  test("is refused in production without keys that a person made", async () => {
    await expect(open({ isProduction: true })).rejects.toMatchObject({ code: "invalid-input", remedy: expect.stringContaining("keys init") });
    await open();
    await expect(open({ isProduction: true })).rejects.toMatchObject({ code: "invalid-input" });
  });
});

describe("signatures", () => {
  test("are renewed before they run out, and not before they need to be", async () => {
    const opened = await open();
    const visitor = client("a");
    await visitor.refresh();
    const versions = async () =>
      Object.fromEntries((await opened.database.signedMetadata.findMany({ orderBy: { version: "asc" } })).map(({ role, version }) => [role, version]));
    const before = await versions();
    nowMs += dayMs / 4;
    await opened.signer.sign();
    expect(await versions()).toEqual(before);
    nowMs += dayMs / 2;
    await opened.signer.sign();
    expect(await versions()).toEqual({ ...before, timestamp: 2 });
    nowMs += 20 * dayMs;
    await expect(visitor.refresh()).rejects.toMatchObject({ code: "expired-catalog" });
    await opened.signer.sign();
    expect(await versions()).toMatchObject({ snapshot: 2, timestamp: 3, targets: 1 });
    await visitor.refresh();
  });

  test("follow what is published, with the revocations of every release", async () => {
    const opened = await open();
    const visitor = client("a");
    await visitor.refresh();
    await opened.database.revocation.create({ data: { modelId: "local", reason: "It leaks.", revokedAt: clock() } });
    const release = await publish(opened);
    expect(release.revocations).toEqual([{ model: "local", reason: "It leaks.", at: clock().toISOString() }]);
    await opened.signer.sign();
    const { targets } = await visitor.refresh();
    expect([...targets.values()].map(({ custom }) => custom)).toEqual([
      { number: 1, channels: [] },
      { number: 2, channels: ["stable"] },
    ]);
  });

  test("are not made by a hub that has lost its keys, which goes on serving", async () => {
    await open();
    for (const name of await readdir(keyFolder().path)) if (name.startsWith("timestamp-")) await writeFile(join(folder, name), "");
    await keyFolder().clear();
    const opened = await open();
    await publish(opened);
    await opened.signer.sign();
    expect(lines.join("\n")).toContain("is not signed by this hub");
    expect((await client("a").refresh()).targets.size).toBe(1);
  });
});

describe("a person's keys", () => {
  const keyPassphrase = "the hub's own passphrase";
  const files = () => rootFiles("alice", "bob", "carol");

  test("take the place of those for development; whoever pinned these must pin anew", async (context) => {
    needFullTests(context);
    await open();
    const early = client("early");
    await early.refresh();
    const root = await initialiseKeys(keyFolder(keyPassphrase), files(), clock());
    const opened = await open({ isProduction: true, keyPassphrase });
    const trust = await opened.signer.trust();
    expect(trust).toMatchObject({ isDevelopment: false, rootVersion: 1 });
    expect(await client("late", trust?.rootFingerprint).refresh()).toMatchObject({ isDevelopment: false });
    await expect(early.refresh()).rejects.toMatchObject({ code: "untrusted-catalog" });
    expect(root.signed.roles.root).toMatchObject({ threshold: 2 });
    await expect(initialiseKeys(keyFolder(keyPassphrase), rootFiles("x", "y", "z"), clock())).rejects.toMatchObject({ code: "invalid-input" });
    await expect(open({ isProduction: true, keyPassphrase: "another passphrase" }).then(publishAndSign)).rejects.toMatchObject({
      message: expect.stringContaining("does not open"),
    });
  });

  test("a lost root key and a stolen timestamp key are replaced, and clients follow by themselves", async () => {
    await initialiseKeys(keyFolder(keyPassphrase), files(), clock());
    await open({ isProduction: true, keyPassphrase });
    const visitor = client("a");
    const { rootFingerprint } = await visitor.refresh();
    const [alice, bob, carol] = files();
    const lost = (await readKeyFile(carol?.path ?? "", carol?.passphrase)).key.keyID;
    const [stolen] = (await readdir(keyFolder().path)).filter((name) => name.startsWith("timestamp-"));

    const rotation = { replace: ["timestamp"], lostRootKeyIds: [lost.slice(0, 12)], newRootKeys: rootFiles("dave"), now: clock() };
    const first = await rotateKeys(keyFolder(keyPassphrase), { ...rotation, signers: [alice].filter((one) => one !== undefined) });
    expect(first.missing).toBe(1);
    await hub?.signer.sign();
    expect((await visitor.refresh()).rootVersion).toBe(1);
    // Neither the lost key, whose time is over only when the root holds, nor a stranger's makes it hold in the new root's eyes.
    await writeKeyFile(join(folder, "offline/stranger.json"), newSigningKey(), "passphrase of stranger");
    await expect(signDraft(keyFolder(keyPassphrase), rootFiles("stranger"))).rejects.toMatchObject({ code: "invalid-input" });
    expect(
      await signDraft(
        keyFolder(keyPassphrase),
        [bob].filter((one) => one !== undefined),
      ),
    ).toMatchObject({ missing: 0 });

    await hub?.signer.sign();
    const after = await visitor.refresh();
    expect(after).toMatchObject({ rootVersion: 2, pinnedFingerprint: rootFingerprint });
    expect(after.rootFingerprint).not.toBe(rootFingerprint);
    expect((await readdir(keyFolder().path)).filter((name) => name.startsWith("timestamp-"))).toHaveLength(2);
    expect(stolen).toBeDefined();
    expect(await client("new", after.rootFingerprint).refresh()).toMatchObject({ rootVersion: 2 });
    // Two of the new three make the next root; the lost one is none of them.
    const third = await rotateKeys(keyFolder(keyPassphrase), {
      replace: [],
      lostRootKeyIds: [],
      newRootKeys: [],
      now: clock(),
      signers: [...rootFiles("dave"), ...rootFiles("bob")],
    });
    expect(third).toMatchObject({ missing: 0 });
    await expect(
      rotateKeys(keyFolder(keyPassphrase), { replace: [], lostRootKeyIds: [], newRootKeys: [], now: clock(), signers: rootFiles("carol") }),
    ).rejects.toMatchObject({ message: expect.stringContaining("no key of this root") });
  });

  test("lie under a passphrase, and nothing but that opens them", async () => {
    const [path, key] = [join(folder, "key.json"), newSigningKey()];
    await writeKeyFile(path, key, "a long passphrase");
    expect((await readKeyFile(path, "a long passphrase")).key.keyID).toBe(key.key.keyID);
    for (const passphrase of [undefined, "", "A long passphrase"]) await expect(readKeyFile(path, passphrase)).rejects.toMatchObject({ code: "invalid-input" });
    await expect(writeKeyFile(path, key, "a long passphrase")).rejects.toMatchObject({ code: "invalid-input" });
    for (const text of ["", "{}", "[]", '{"schemaVersion":1,"keyId":"x","key":{"kind":"scrypt-aes-256-gcm","cost":99999999}}']) {
      await writeFile(path, text);
      await expect(readKeyFile(path, "a long passphrase")).rejects.toMatchObject({ code: "invalid-input" });
    }
  });
});

async function publishAndSign(opened: Hub): Promise<void> {
  await publish(opened);
  await opened.signer.sign();
}
