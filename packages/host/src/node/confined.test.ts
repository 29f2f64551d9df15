import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadedModel } from "@tenfold/core";
import { need } from "@tenfold/tooling/requirement";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { ask, hostContext, hosted, noFiles } from "../../test/hosted.ts";
import type { HostLimits } from "./confined.ts";

const cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
});
beforeEach((test) => need(test, "linux", process.platform === "linux", "limits are those of Linux"));

async function load(limits?: HostLimits): Promise<LoadedModel> {
  const loaded = await hosted({}, limits).load(noFiles, hostContext(), {});
  cleanUp.push(() => loaded.dispose());
  return loaded;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tenfold-confined-"));
  cleanUp.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

function needNamespaces(test: TestContext): void {
  const root = process.getuid?.() === 0;
  const allowed = spawnSync("unshare", [...(root ? [] : ["--map-current-user"]), "--net", "true"]).status === 0;
  need(test, "network-namespaces", allowed, "run where unshare --net works, as containers do with the capability SYS_ADMIN");
}

describe("a host that may take", () => {
  it("so much memory ends when it takes more, saying so, and others go on", async () => {
    const [model, other] = [await load({ memoryBytes: 1_000_000_000 }), await load()];
    await expect(ask(model, "allocate")).rejects.toMatchObject({ code: expect.stringMatching(/^(out-of-memory|generation-failed)$/) });
    expect(await ask(other, "well")).toBe("well");
  });

  it("so much of the processor is ended when it computes on", async () => {
    await expect(ask(await load({ cpuSeconds: 4 }), "block")).rejects.toMatchObject({
      code: "crashed",
      details: { signal: expect.stringMatching(/^SIG(KILL|XCPU)$/) },
    });
  });

  it("so much of a file cannot write a larger one", async () => {
    const path = await folder();
    const model = await load({ fileBytes: 1000 });
    const [outcome] = await Promise.allSettled([ask(model, `write ${join(path, "large")}`)]);
    // Node is told or ended, depending on its version.
    expect(outcome?.status === "fulfilled" ? outcome.value : outcome?.reason.code).toMatch(/^(EFBIG|crashed)$/);
    expect((await stat(join(path, "large"))).size).toBeLessThanOrEqual(1000);
    expect(await ask(await load(), `write ${join(path, "other")}`)).toBe("written");
  });
});

describe("a host for files that nobody has verified", () => {
  it("reaches nobody, not even this computer", async (test) => {
    needNamespaces(test);
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
    cleanUp.push(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await ask(await load(), `connect ${port}`)).toBe("connected");
    expect(await ask(await load({ unprivileged: true }), `connect ${port}`)).toMatch(/^(ENETUNREACH|ECONNREFUSED|EADDRNOTAVAIL)$/);
  });

  it("has no rights and gets none", async (test) => {
    needNamespaces(test);
    const model = await load({ unprivileged: true, cpuSeconds: 60, fileBytes: 1_000_000, memoryBytes: 4_000_000_000 });
    expect(await ask(model, "rights")).toBe("CapEff:\t0000000000000000 NoNewPrivs:\t1");
  });

  it("is nobody where its parent is root, and reads what everybody may", async (test) => {
    needNamespaces(test);
    need(test, "root", process.getuid?.() === 0, "run as root");
    const path = await folder();
    await chmod(path, 0o755);
    await writeFile(join(path, "secret"), "x", { mode: 0o600 });
    await writeFile(join(path, "weights"), "x", { mode: 0o644 });
    const model = await load({ unprivileged: true });
    expect(await ask(model, "user")).toBe("65534");
    expect(await ask(model, `read ${join(path, "secret")}`)).toBe("EACCES");
    expect(await ask(model, `read ${join(path, "weights")}`)).toBe("read");
    expect(await ask(model, `write ${join(path, "new")}`)).toBe("EACCES");
  });
});
