import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { errorCodes } from "@tenfold/catalog";
import type { GenerateEvent, InstalledModel, LoadOptions } from "@tenfold/core";
import { createFrameReader, encodeFrame, encodePreamble, loadLogitsThrough, loadThrough, protocolVersion } from "@tenfold/host";
import { checkHost, type HostVectors, spawnHost } from "@tenfold/host/node";
import { startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildSwiftPackage, buildWords, builtHost, needSwift, readCoverage, runSwift } from "./swift-package.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const swiftMinutes = 15 * 60_000;
const model: InstalledModel = { id: "script", variant: { id: "s", format: "system", artifacts: [] }, metadata: { format: "system" }, files: [] };
const source = { module: "", name: "scripted", arguments: [] };

test("errors have the codes of the catalog, in its order", () => {
  const cases = [...read("../swift/Sources/TenfoldApple/Core/ErrorCode.swift").matchAll(/^ {2}case (\w+)(?: = "([a-z-]+)")?$/gm)];
  expect(cases.map(([, name, code]) => code ?? name)).toEqual(Object.keys(errorCodes));
});

test("both halves of the package are of one version and speak one protocol", () => {
  const { version } = JSON.parse(read("../package.json")) as { version: string };
  expect(read("../swift/Sources/TenfoldApple/Host/HostDescription.swift")).toContain(`packageVersion = "${version}"`);
  expect(read("../swift/Sources/TenfoldApple/Wire/FrameLimits.swift")).toContain(`protocolVersion = ${protocolVersion}`);
});

describe("with Swift", () => {
  beforeAll(buildSwiftPackage, swiftMinutes);

  test("the package's own tests pass and cover four fifths of what compiles here", { timeout: swiftMinutes }, async (context) => {
    needSwift(context);
    const server = await startFileServer({ files: { "/model": Uint8Array.from({ length: 100_000 }, (_, place) => place % 256) } });
    try {
      const said = await runSwift(["swift", "test", "--skip-build", ...buildWords], { TENFOLD_TEST_SERVER: server.origin });
      expect(said).toMatch(/Test run with \d+ tests passed/);
    } finally {
      await server.close();
    }
    const { lines, covered, files } = await readCoverage();
    const least = [...files].sort(([, one], [, other]) => one - other).slice(0, 3);
    const words = least.map(([file, percent]) => `${file} ${percent.toFixed(0)} %`).join(", ");
    console.log(`Swift: ${covered} of ${lines} lines covered, ${((100 * covered) / lines).toFixed(1)} %; least: ${words}`);
    expect(covered / lines).toBeGreaterThan(0.8);
  });

  test("the sources are as swift format has them", { timeout: swiftMinutes }, async (context) => {
    needSwift(context);
    await runSwift(["swift", "format", "lint", "--strict", "--recursive", "--parallel", "Package.swift", "Sources", "Stubs", "Tests"]);
  });

  test("the host keeps the protocol's vectors, and what a host of logits has to do", { timeout: swiftMinutes }, async (context) => {
    needSwift(context);
    const vectors = JSON.parse(read("../../../docs/host-protocol-vectors.json")) as HostVectors;
    const load = { type: "load", role: "logits", framework: "scripted", model, platform: nodeContext().platform, nativeParts: [], options: {} };
    const failed: unknown[] = [];
    let count = 0;
    for await (const check of checkHost(builtHost("scripted-host"), { vectors, load, timeoutMs: 60_000 })) {
      count += 1;
      if (check.problem !== undefined) failed.push(check);
    }
    expect(failed).toEqual([]);
    expect(count).toBe(vectors.hostile.length + 5);
  });

  test("the host of Apple's frameworks says here why each is missing, and refuses to load", async (context) => {
    needSwift(context);
    const { program, arguments: words, environment } = builtHost("tenfold-apple-host");
    const child = spawn(program, [...words, "--describe"], { env: environment as NodeJS.ProcessEnv, stdio: ["ignore", "pipe", "inherit"] });
    const [text] = await Promise.all([child.stdout.toArray().then((pieces) => Buffer.concat(pieces).toString()), once(child, "exit")]);
    const described = JSON.parse(text) as { protocolVersion: number; frameworks: { framework: string; available: boolean; reason?: string }[] };
    expect(described.protocolVersion).toBe(protocolVersion);
    expect(described.frameworks.map(({ framework }) => framework)).toEqual(expect.arrayContaining(["core-ml", "apple-foundation-models"]));
    if (process.platform === "linux")
      for (const { available, reason } of described.frameworks) expect([available, reason]).toEqual([false, expect.any(String)]);
    const host = await spawnHost(builtHost("tenfold-apple-host"), () => {});
    await expect(loadThrough(host.port, source, model, nodeContext(), {})).rejects.toMatchObject({ code: "framework-unavailable" });
    await host.gone;
  });

  describe("a model of the host, as TypeScript sees it", () => {
    const hosts: { kill(): void; gone: Promise<void> }[] = [];
    afterEach(async () => {
      for (const { kill, gone } of hosts.splice(0)) {
        kill();
        await gone;
      }
    });
    async function loaded(options: LoadOptions = {}) {
      const host = await spawnHost(builtHost("scripted-host"), () => {});
      hosts.push(host);
      return { host, model: await loadThrough(host.port, source, model, nodeContext(), options) };
    }

    test("answers in order, however slowly it is read", async (context) => {
      needSwift(context);
      const { host, model } = await loaded({ contextSize: 64 });
      expect(model.contextSize).toBe(64);
      const events: GenerateEvent[] = [];
      for await (const event of model.generate({ prompt: "count 100", sampling: { minP: 0.1 } })) events.push(event);
      const text = events.map((event) => (event.type === "text" ? event.text : "")).join("");
      expect(text).toBe(`${Array.from({ length: 100 }, (_, index) => index + 1).join(" ")} `);
      expect(events[0]).toMatchObject({ type: "start", accelerator: "cpu", warnings: [{ kind: "ignored-setting", setting: "minP" }] });
      expect(events.at(-1)).toMatchObject({ type: "finish", reason: "stop", usage: { promptTokens: 2, completionTokens: 100 } });
      expect(await model.countTokens("a b c")).toEqual({ tokens: 3, exact: true });
      expect(model.memory().weightsBytes).toBe(1 << 20);
      await model.dispose();
      await host.gone;
    });

    test("lets go of an answer that nobody reads any more, and goes on", async (context) => {
      needSwift(context);
      const { model } = await loaded();
      const abort = new AbortController();
      const reason = new Error("enough");
      const reading = (async () => {
        for await (const event of model.generate({ prompt: "forever", signal: abort.signal })) if (event.type === "text") abort.abort(reason);
      })();
      await expect(reading).rejects.toBe(reason);
      for await (const event of model.generate({ prompt: "forever" })) if (event.type === "text") break;
      let said = "";
      for await (const event of model.generate({ messages: [{ role: "user", content: "hello" }] })) if (event.type === "text") said += event.text;
      expect(said).toBe("hello");
    });

    test("fails in Tenfold's words", async (context) => {
      needSwift(context);
      const { model } = await loaded();
      const events: string[] = [];
      const reading = (async () => {
        for await (const event of model.generate({ prompt: "fail" })) events.push(event.type);
      })();
      await expect(reading).rejects.toMatchObject({ code: "out-of-memory", framework: "scripted", message: "The script has no more room." });
      expect(events).toEqual(["start", "text"]);
      expect(model.embed).toBeUndefined();
    });

    test("gives logits for several sequences at once", async (context) => {
      needSwift(context);
      const host = await spawnHost(builtHost("scripted-host"), () => {});
      hosts.push(host);
      const { sequences } = await loadLogitsThrough(host.port, source, model, nodeContext(), { parallel: 2 });
      const [one, other] = sequences;
      if (!one || !other) throw new Error("There are no two sequences.");
      const rows = await Promise.all([
        one.forward(Int32Array.of(1, 2, 3), { logits: "last" }),
        other.forward(Int32Array.of(3, 2, 1), { logits: "last" }),
        other.truncate(0).then(() => other.forward(Int32Array.of(1, 2, 3), { logits: "last" })),
      ]);
      expect(rows[0]).toEqual(rows[2]);
      expect(rows[0]).not.toEqual(rows[1]);
      await expect(one.forward(Int32Array.of(64), { logits: "last" })).rejects.toMatchObject({ code: "invalid-input" });
      await expect(one.forward(new Int32Array(126), { logits: "last" })).rejects.toMatchObject({ code: "context-overflow" });
    });
  });

  test("a host that is computing ends by itself with its parent", async (context) => {
    needSwift(context);
    const { program, arguments: words, environment } = builtHost("scripted-host");
    const child = spawn(program, words, { env: environment as NodeJS.ProcessEnv, stdio: ["pipe", "ignore", "ignore", "pipe", "pipe"] });
    const [requests, , , answers, lifeline] = child.stdio as unknown as readonly [Writable, null, null, Readable, Writable];
    for (const pipe of [requests, answers, lifeline]) pipe.on("error", () => {});
    requests.write(encodePreamble(protocolVersion));
    requests.write(encodeFrame({ type: "load", role: "model", framework: "scripted", model, platform: nodeContext().platform, nativeParts: [], options: {} }));
    requests.write(encodeFrame({ type: "generate", number: 1, request: { prompt: "forever" }, credit: 1_000_000_000 }));
    const reader = createFrameReader(protocolVersion);
    for await (const piece of answers) if ((reader.push(piece as Uint8Array) as { type: string }[]).some(({ type }) => type === "event")) break;
    lifeline.destroy();
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
