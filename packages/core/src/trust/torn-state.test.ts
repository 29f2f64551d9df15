import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSignedRepository, type SignedRepository, signingKey } from "../../test/signed-repository.ts";
import { openTrustPair, readState, type TrustPair } from "../../test/trust-pair.ts";
import { nodePlatform } from "../node/platform.ts";
import { createHubList } from "./hub-list.ts";
import { createTrustClient } from "./trust-client.ts";

let repository: SignedRepository;
let pair: TrustPair;
let old: Map<string, Uint8Array>;
beforeEach(async () => {
  repository = createSignedRepository();
  repository.targets["releases/1.json"] = { bytes: Buffer.from("one") };
  pair = await openTrustPair(repository);
  old = new Map(repository.files);
  repository.targets["releases/2.json"] = { bytes: Buffer.from("two") };
  repository.advance();
  pair.serve();
  await pair.ours();
});
afterEach(() => pair.close());

const copy = (number: 1 | 2) => join(pair.home, `trust/hub/state.${number}.json`);
const serveOld = () => {
  for (const [name, bytes] of old) pair.server.setFile(`/tuf/${name}`, bytes);
};
const damages: [string, (path: string) => Promise<void>][] = [
  ["missing", (path) => rm(path)],
  ["empty", (path) => truncate(path, 0)],
  ["cut in half", async (path) => truncate(path, Math.floor((await readFile(path)).length / 2))],
  ["of zeros", async (path) => writeFile(path, Buffer.alloc((await readFile(path)).length))],
  ["of another version of its text", async (path) => writeFile(path, (await readFile(path, "utf8")).replace('"schemaVersion":1', '"schemaVersion":2'))],
];

describe.each(damages)("a copy of the state that is %s", (_name, damage) => {
  it.each([1, 2] as const)("lets no old release in and keeps nothing from working (copy %i)", async (number) => {
    await damage(copy(number));
    serveOld();
    await expect(pair.ours()).rejects.toMatchObject({ details: { reason: "rollback" } });
    pair.serve();
    expect((await pair.ours()).targets.has("releases/2.json")).toBe(true);
    // The next thing that is learnt makes both copies whole.
    repository.advance();
    pair.serve();
    await pair.ours();
    expect(await readState(pair.home, 1)).toEqual(await readState(pair.home, 2));
  });

  it("twice: trust begins again at the pinned root, and what another root's keys have signed is refused", async () => {
    for (const number of [1, 2] as const) await damage(copy(number));
    expect((await pair.ours()).targets.has("releases/2.json")).toBe(true);
    for (const number of [1, 2] as const) await damage(copy(number));
    const other = createSignedRepository();
    other.keys.timestamp = [signingKey("another timestamp")];
    other.versions.timestamp = 9;
    other.publish();
    for (const [name, bytes] of other.files) pair.server.setFile(`/tuf/${name}`, bytes);
    await expect(pair.ours()).rejects.toMatchObject({ details: { reason: "signatures" } });
  });
});

describe("pinning", () => {
  const open = (fingerprint?: string, home = join(pair.home, "other")) =>
    createTrustClient({ metadataUrl: `${pair.server.origin}/tuf`, folder: "trust/hub", platform: nodePlatform({ home }), fingerprint });

  it("without a fingerprint the first root is taken, said to be so, and kept", async () => {
    const first = await open().refresh();
    expect(first).toMatchObject({ isFirstUse: true, pinnedFingerprint: first.rootFingerprint });
    expect(await open().refresh()).toMatchObject({ isFirstUse: false, pinnedFingerprint: first.pinnedFingerprint });
    const other = createSignedRepository();
    other.keys.root = ["x", "y", "z"].map(signingKey);
    Object.assign(other.versions, { root: 2, timestamp: 9, snapshot: 9, targets: 9 });
    other.publish();
    for (const [name, bytes] of other.files) pair.server.setFile(`/tuf/${name}`, bytes);
    await expect(open().refresh()).rejects.toMatchObject({ code: "untrusted-catalog" });
  });

  it("a pinned root is found wherever it is in the row; a fingerprint of none is refused, and nothing is kept", async () => {
    const { rootFingerprint: first } = await open().refresh();
    repository.previousRootKeys = repository.keys.root;
    repository.keys.root = ["a", "b", "c"].map((word) => signingKey(`second ${word}`));
    repository.versions.root = 2;
    repository.advance();
    pair.serve();
    const { rootFingerprint: second } = await open(undefined, join(pair.home, "third")).refresh();
    expect(second).not.toBe(first);
    expect(await open(second, join(pair.home, "fourth")).refresh()).toMatchObject({ pinnedFingerprint: second, rootVersion: 2 });
    expect(await open(first, join(pair.home, "fifth")).refresh()).toMatchObject({ pinnedFingerprint: first, rootVersion: 2 });
    const wrong = open("0".repeat(64), join(pair.home, "sixth"));
    await expect(wrong.refresh()).rejects.toMatchObject({ details: { reason: "wrong-root" }, remedy: expect.stringContaining("fingerprint") });
    expect(await wrong.lastKnown()).toBeUndefined();
  });

  it("a hub that signs nothing is refused", async () => {
    const client = createTrustClient({ metadataUrl: `${pair.server.origin}/nothing`, folder: "trust/none", platform: nodePlatform({ home: pair.home }) });
    await expect(client.refresh()).rejects.toMatchObject({ details: { reason: "unsigned" } });
  });

  it("what was seen last is known without asking, with the day until which it may be relied on", async () => {
    const requests = pair.server.requests.length;
    const client = createTrustClient({ metadataUrl: `${pair.server.origin}/tuf`, folder: "trust/hub", platform: nodePlatform({ home: pair.home }) });
    expect(await client.lastKnown()).toMatchObject({ expires: repository.expires.snapshot });
    expect(pair.server.requests).toHaveLength(requests);
  });

  it("an abort rejects with its reason", async () => {
    const reason = new Error("enough");
    await expect(open().refresh(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("two clients that refresh at once leave the newer state, whole", async () => {
    await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        if (index === 3) {
          repository.advance();
          pair.serve();
        }
        await pair.ours();
      }),
    );
    serveOld();
    await expect(pair.ours()).rejects.toMatchObject({ details: { reason: "rollback" } });
  });
});

describe("the list of hubs", () => {
  it("keeps what was added, replaces a pin, and forgets a hub with its trust", async () => {
    const list = createHubList(nodePlatform({ home: pair.home }));
    await list.add({ url: "https://hub.example.org/", rootFingerprint: "a".repeat(64) });
    await list.add({ url: "https://hub.example.org", rootFingerprint: "b".repeat(64) });
    await truncate(join(pair.home, "trust/hubs.1.json"), 10);
    expect(await list.list()).toMatchObject([{ url: "https://hub.example.org", rootFingerprint: "b".repeat(64) }]);
    expect(await list.remove("https://hub.example.org")).toBe(true);
    expect(await list.remove("https://hub.example.org")).toBe(false);
    expect(await list.list()).toEqual([]);
    await expect(list.add({ url: "hub.example.org", rootFingerprint: "a".repeat(64) })).rejects.toMatchObject({ code: "invalid-input" });
  });
});
