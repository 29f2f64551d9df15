import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../../core/test/published-catalog.ts";
import { signingKey } from "../../../core/test/signed-repository.ts";
import { type RunSettings, runTenfold } from "../../test/run-tenfold.ts";

const bytes = new Uint8Array(readFileSync(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url)));
const models = [{ id: "tenfold-tiny", variants: [{ id: "gguf-q8_0", files: [{ path: "tenfold-tiny-q8_0.gguf", bytes }] }] }];

let hub: PublishedCatalog;
let home: string;
let url: string;
beforeEach(async () => {
  hub = await publishCatalog(models);
  url = hub.server.origin;
  home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
});
afterEach(async () => {
  await hub.server.close();
  await rm(home, { recursive: true, force: true });
});

const tenfold = (words: string, settings: Partial<RunSettings> = {}) => runTenfold(words.split(" "), { home, ...settings });

describe("tenfold hub", () => {
  it("shows the fingerprint, pins it when it is right, and asks the added hub from then on", async () => {
    const no = await tenfold(`hub add ${url}/`, { input: "n\n", terminal: true });
    expect(no.stderr).toMatch(/fingerprint is\n {2}[0-9a-f]{64}\n.*not added/s);
    expect((await tenfold("hub list")).stdout).toContain("No hub was added");
    const yes = await tenfold(`hub add ${url}/`, { input: "y\n", terminal: true });
    expect(yes).toMatchObject({ exitCode: 0, stdout: `Added ${url}.\n` });
    const [added] = JSON.parse((await tenfold("hub list --json")).stdout);
    expect(yes.stderr).toContain(added.rootFingerprint);
    const { stdout, stderr } = await tenfold("list");
    expect(stdout).toContain("tenfold-tiny");
    expect(stderr).not.toContain("Trusting");
    expect(await tenfold(`hub remove ${url}`)).toMatchObject({ exitCode: 0 });
    expect(await tenfold(`hub remove ${url}`)).toMatchObject({ exitCode: 2 });
  });

  it("takes a fingerprint that somebody has, and refuses a hub of another", async () => {
    const shown = /[0-9a-f]{64}/.exec((await tenfold(`hub add ${url} --yes`)).stderr)?.[0] ?? "";
    await tenfold(`hub remove ${url}`);
    expect(await tenfold(`hub add ${url} --fingerprint ${"0".repeat(64)}`)).toMatchObject({ exitCode: 5, stderr: expect.stringContaining("pinned") });
    expect(await tenfold(`hub add ${url} --fingerprint ${shown}`)).toMatchObject({ exitCode: 0 });
    expect(await tenfold(`hub add ${url}`, { input: "" })).toMatchObject({ exitCode: 2 });
  });

  it("says at the first visit of a hub that nobody added what it is trusted by, once", async () => {
    expect((await tenfold("list", { hub: url })).stderr).toMatch(/Trusting .* [0-9a-f]{64}/);
    expect((await tenfold("list", { hub: url })).stderr).toBe("");
  });

  it("refuses a hub whose keys are suddenly others", async () => {
    await tenfold(`hub add ${url} --yes`);
    const other = await publishCatalog([]);
    other.repository.keys.root = ["x", "y", "z"].map(signingKey);
    Object.assign(other.repository.versions, { root: 2 });
    other.repository.advance();
    for (const [name, content] of other.repository.files) hub.server.setFile(`/tuf/${name}`, content);
    const { exitCode, stderr, stdout } = await tenfold("list");
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: "" });
    expect(stderr).toContain("valid signature");
    await other.server.close();
  });
});

describe("a model that is carried", () => {
  it("says on the other device, without a network, which hub signed it, and must be signed where that is asked", async () => {
    await tenfold("pull tenfold-tiny", { hub: url });
    const out = join(home, "out");
    const other = join(home, "other");
    const exported = await tenfold(`export tenfold-tiny ${out}`, { hub: url });
    const line = /Signed by \S+ in its release 1 \(root [0-9a-f]{64}\)\./.exec(exported.stdout)?.[0];
    expect(line).toContain(url);
    await hub.server.close();
    const root = /root ([0-9a-f]{64})/.exec(String(line))?.[1];
    expect((await tenfold(`hub add ${url} --fingerprint ${root}`, { home: other })).stderr).toContain("by the fingerprint alone");
    const { stdout, stderr, exitCode } = await tenfold(`import ${out} --signature required`, { home: other });
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: expect.stringContaining(String(line)), stderr: "", exitCode: 0 });
    await rm(join(out, "hub"), { recursive: true });
    expect(await tenfold(`import ${out} --signature required`, { home: other })).toMatchObject({ exitCode: 5, stderr: expect.stringContaining("not signed") });
    expect((await tenfold(`import ${out}`, { home: other })).stdout).toContain("Not signed");
  });
});

describe("a revoked model", () => {
  it("is not pulled and not run, with the reason, unless it is here and somebody insists", async () => {
    await tenfold("pull tenfold-tiny", { hub: url });
    hub.publish(models, [{ sha256: sha256Of(bytes), reason: "It leaks.", at: "2026-11-01T00:00:00Z" }]);
    for (const words of ["pull tenfold-tiny", "run tenfold-tiny Hello"]) {
      expect(await tenfold(words, { hub: url })).toMatchObject({ exitCode: 5, stdout: "", stderr: expect.stringContaining("It leaks.") });
    }
    const { exitCode, stdout } = await tenfold("run tenfold-tiny Hello --allow-revoked --temperature 0 --threads 1", { hub: url });
    expect(exitCode).toBe(0);
    expect(stdout).not.toBe("");
  });
});
