import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSignedRepository, type SignedRepository, signingKey } from "../../test/signed-repository.ts";
import { openTrustPair, type TrustPair } from "../../test/trust-pair.ts";

let repository: SignedRepository;
let pair: TrustPair;
beforeEach(async () => {
  repository = createSignedRepository();
  repository.targets["releases/1.json"] = { bytes: Buffer.from("one") };
  pair = await openTrustPair(repository);
});
afterEach(() => pair.close());

/** Both clients have seen release 2. */
async function seen(): Promise<Map<string, Uint8Array>> {
  const old = new Map(repository.files);
  repository.targets["releases/2.json"] = { bytes: Buffer.from("two") };
  repository.advance();
  pair.serve();
  expect(await pair.verdicts()).toMatchObject({ ours: "accepted", theirs: "accepted" });
  return old;
}

const refusedAs = (ours: string) => ({ ours, theirs: "refused" });
const past = () => new Date(Date.now() - 1000).toISOString();

describe("what tuf-js refuses, this client refuses, and names the attack", () => {
  it("an honest repository is accepted, again and again, and asks for little when nothing is new", async () => {
    await seen();
    const before = pair.server.requests.length;
    expect((await pair.ours()).targets.get("releases/2.json")).toMatchObject({ length: 3 });
    expect(pair.server.requests.slice(before).map(({ path }) => path)).toEqual(["/tuf/2.root.json", "/tuf/timestamp.json"]);
  });

  it("rollback of the timestamp", async () => {
    const old = await seen();
    repository.files.set("timestamp.json", old.get("timestamp.json") ?? new Uint8Array());
    pair.serve();
    expect(await pair.verdicts()).toMatchObject(refusedAs("rollback"));
  });

  it("rollback of the snapshot under a newer timestamp", async () => {
    await seen();
    repository.versions.snapshot = 1;
    repository.versions.timestamp += 1;
    repository.publish();
    pair.serve();
    expect(await pair.verdicts()).toMatchObject(refusedAs("rollback"));
  });

  it("rollback of the targets under a newer snapshot", async () => {
    await seen();
    repository.versions.targets = 1;
    repository.versions.snapshot += 1;
    repository.versions.timestamp += 1;
    repository.publish();
    pair.serve();
    expect(await pair.verdicts()).toMatchObject(refusedAs("rollback"));
  });

  it("freeze: a timestamp, snapshot, targets or root that has run out", async () => {
    for (const role of ["timestamp", "snapshot", "targets"] as const) {
      const { [role]: before } = repository.expires;
      repository.expires[role] = past();
      repository.advance();
      pair.serve();
      expect(await pair.verdicts(), role).toMatchObject(refusedAs("expired-catalog"));
      repository.expires[role] = before;
      repository.advance();
    }
    repository.expires.root = past();
    repository.versions.root = 2;
    repository.advance();
    pair.serve();
    expect(await pair.verdicts()).toMatchObject(refusedAs("expired-catalog"));
  });

  it("mix and match: a snapshot, or targets, of another moment", async () => {
    const old = await seen();
    for (const [role, name] of [
      ["snapshot", "3.snapshot.json"],
      ["targets", "3.targets.json"],
    ] as const) {
      await pair.forget();
      Object.assign(repository.versions, { timestamp: 3, snapshot: 3, targets: 3 });
      repository.publish();
      repository.files.set(name, old.get(`1.${role}.json`) ?? new Uint8Array());
      pair.serve();
      expect(await pair.verdicts(), role).toMatchObject(refusedAs("mix-and-match"));
    }
  });

  it.each(["2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"])("endless data in place of %s", async (name) => {
    repository.advance();
    pair.serve();
    const endless = Buffer.alloc(6_000_000, " ");
    pair.server.setFile(`/tuf/${name}`, endless);
    await expect(pair.ours()).rejects.toMatchObject({ code: "untrusted-catalog", details: { reason: "too-long" } });
    expect(pair.server.bytesSent()).toBeLessThan(endless.length);
    expect(await pair.verdicts()).toMatchObject(refusedAs("too-long"));
  });

  it("keys that nobody named", async () => {
    for (const role of ["timestamp", "snapshot", "targets"] as const) {
      const known = repository.keys[role];
      const stranger = signingKey("stranger");
      repository.advance();
      // Signed by a stranger under the name of the right key, and under its own.
      for (const keyID of [known[0]?.key.keyID ?? "", stranger.key.keyID]) {
        await pair.forget();
        repository.keys[role] = [{ privateKey: stranger.privateKey, key: Object.assign(Object.create(stranger.key), { keyID }) }];
        repository.write(role);
        for (const later of ["targets", "snapshot", "timestamp"] as const) if (later !== role) repository.write(later);
        pair.serve();
        expect(await pair.verdicts(), role).toMatchObject(refusedAs("signatures"));
      }
      repository.keys[role] = known;
    }
  });

  it("a root that too few keys have signed, of its own or of the one before", async () => {
    await seen();
    repository.versions.root = 2;
    repository.rootSigners = 1;
    repository.write("root");
    pair.serve();
    expect(await pair.verdicts()).toMatchObject(refusedAs("signatures"));
    // Enough of the new root's keys, none of the old one's.
    repository.keys.root = [signingKey("x"), signingKey("y"), signingKey("z")];
    delete repository.rootSigners;
    repository.write("root");
    pair.serve();
    expect(await pair.verdicts()).toMatchObject(refusedAs("signatures"));
  });

  it("a root of another version than its name says", async () => {
    repository.versions.root = 3;
    repository.write("root");
    repository.files.set("2.root.json", repository.files.get("3.root.json") ?? new Uint8Array());
    pair.serve();
    expect(await pair.verdicts()).toMatchObject(refusedAs("rollback"));
  });

  it("one role's metadata in the place of another's", async () => {
    repository.files.set("timestamp.json", repository.files.get("1.snapshot.json") ?? new Uint8Array());
    pair.serve();
    expect(await pair.verdicts()).toMatchObject(refusedAs("malformed"));
  });

  it.each(["", "{", "null", "[]", '{"signed":{},"signatures":[]}', "<html>Sign in to this network</html>", "[".repeat(8000)])(
    "what is not metadata: %s",
    async (text) => {
      await seen();
      pair.server.setFile("/tuf/timestamp.json", Buffer.from(text));
      expect(await pair.verdicts()).toMatchObject(refusedAs("malformed"));
    },
  );

  it("one signature counted twice", async () => {
    const metadata = JSON.parse(Buffer.from(repository.files.get("timestamp.json") ?? "").toString());
    metadata.signatures.push(metadata.signatures[0]);
    pair.server.setFile("/tuf/timestamp.json", Buffer.from(JSON.stringify(metadata)));
    expect(await pair.verdicts()).toMatchObject(refusedAs("malformed"));
  });
});

describe("keys change", () => {
  it("a root that both its own keys and those before have signed is followed, several at once", async () => {
    await seen();
    for (const version of [2, 3, 4]) {
      repository.previousRootKeys = repository.keys.root;
      repository.keys.root = ["a", "b", "c"].map((word) => signingKey(`root ${version} ${word}`));
      repository.versions.root = version;
      repository.write("root");
    }
    pair.serve();
    expect(await pair.verdicts()).toMatchObject({ ours: "accepted", theirs: "accepted" });
    expect((await pair.ours()).rootVersion).toBe(4);
  });

  it("recovers from a stolen timestamp and snapshot key that had signed absurd versions", async () => {
    repository.versions.timestamp = 999_999;
    repository.versions.snapshot = 999_999;
    repository.publish();
    pair.serve();
    expect(await pair.verdicts()).toMatchObject({ ours: "accepted", theirs: "accepted" });
    repository.keys.timestamp = [signingKey("new timestamp")];
    repository.keys.snapshot = [signingKey("new snapshot")];
    Object.assign(repository.versions, { root: 2, timestamp: 2, snapshot: 2 });
    repository.publish();
    pair.serve();
    expect(await pair.verdicts()).toMatchObject({ ours: "accepted", theirs: "accepted" });
  });

  it("a clock that is a year fast refuses everything as expired; one that is a year slow accepts what both accept", async () => {
    await seen();
    const at = (years: number) => new Date(Date.now() + years * 366 * 86_400_000).toISOString();
    await expect(pair.ours({ now: at(1) })).rejects.toMatchObject({ code: "expired-catalog", remedy: expect.stringContaining("clock") });
    expect((await pair.ours({ now: at(-1) })).targets.size).toBe(2);
    expect((await pair.ours()).targets.size).toBe(2);
  });
});
