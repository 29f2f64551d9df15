import { readFileSync } from "node:fs";
import { tinyExecutorchModel } from "@tenfold/adapter-testkit/models";
import { nodeContext, testKilledHosts } from "@tenfold/adapter-testkit/vitest";
import { describeModel } from "@tenfold/host";
import { checkHost, type HostVectors } from "@tenfold/host/node";
import { fullTests } from "@tenfold/tooling/requirement";
import { beforeEach, expect, test } from "vitest";
import { adapter, hostPath, needsHost } from "../test/compiled-host.ts";
import { startHost } from "../test/start-host.ts";

beforeEach(needsHost);

testKilledHosts({ adapter, model: () => tinyExecutorchModel(), rounds: fullTests ? 50 : 3 });

test("the host keeps the protocol's vectors, and what a host of logits has to do", async () => {
  const vectors = JSON.parse(readFileSync(new URL("../../../docs/host-protocol-vectors.json", import.meta.url), "utf8")) as HostVectors;
  const model = await describeModel(await tinyExecutorchModel());
  const load = { type: "load", role: "logits", model, platform: nodeContext().platform, nativeParts: [], options: { threads: 1 } };
  const failed: unknown[] = [];
  let count = 0;
  for await (const check of checkHost({ program: hostPath, arguments: [], environment: {} }, { vectors, load, timeoutMs: 60_000 })) {
    count += 1;
    if (check.problem !== undefined) failed.push(check);
  }
  expect(failed).toEqual([]);
  expect(count).toBe(vectors.hostile.length + 5);
}, 300_000);

test("JSON comes back as it was, however odd", async () => {
  const host = startHost();
  const odd = {
    numbers: [0, 1e300, 5e-324, 0.1, 2 ** 53, -1.5e-7],
    text: 'a"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028 é 語 😀 \ud800 half',
    "": { "key with \n": [[[{}]], [], null, true, false] },
  };
  host.sendHeader(JSON.stringify({ message: { type: "echo", value: odd } }));
  host.sendHeader(' {"message" : {"type":"echo","value":{"a":1,"a":"\\u00e9\\ud83d\\ude00\\/", "b": [ 1E+2 , -0.5e-1 ] } } } ');
  expect(await host.next()).toEqual({ type: "echo", value: odd });
  expect(await host.next()).toEqual({ type: "echo", value: { a: "é😀/", b: [100, -0.05] } });
  await host.end();
});

const text = (bytes: readonly number[]) => String.fromCharCode(...bytes);
test.each([
  ["unclosed", '{"message":{"type":"echo"'],
  ["followed by more", '{"message":1} {}'],
  ["a number with a leading zero", '{"message":01}'],
  ["a number that ends with a dot", '{"message":1.}'],
  ["a bare word", '{"message":nul}'],
  ["a control character in text", '{"message":"\n"}'],
  ["half an escape", '{"message":"\\u12"}'],
  ["an unknown escape", '{"message":"\\x41"}'],
  ["nested without end", `{"message":${"[".repeat(1_000_000)}`],
  ["nested more deeply than any message", `{"message":${"[".repeat(600)}${"]".repeat(600)}}`],
  ["an overlong character", `{"message":"${text([0xc0, 0x80])}"}`],
  ["half of a pair as UTF-8", `{"message":"${text([0xed, 0xa0, 0x80])}"}`],
  ["a character beyond the last", `{"message":"${text([0xf4, 0x90, 0x80, 0x80])}"}`],
])("a header that is %s ends the host by itself", async (_name, header) => {
  const host = startHost();
  host.sendHeader(Buffer.from(header, "latin1"));
  expect(await host.ended()).toEqual({ exitCode: 1, signal: null });
});

test("a request that is wrong is answered, and others go on", async () => {
  const host = startHost();
  await host.load(await describeModel(await tinyExecutorchModel()));
  const tokens = Int32Array.of(1, 2, 3);
  const wrong: [string, object, string][] = [
    ["forward", { sequence: 7, tokens, logits: "last" }, "invalid-input"],
    ["forward", { sequence: 0, tokens: Int32Array.of(1024), logits: "last" }, "invalid-input"],
    ["forward", { sequence: 0, tokens: Int32Array.of(-1), logits: "last" }, "invalid-input"],
    ["forward", { sequence: 0, tokens: [1, 2], logits: "last" }, "invalid-input"],
    ["forward", { sequence: 0, tokens, logits: "some" }, "invalid-input"],
    ["forward", { sequence: 0, tokens: new Int32Array(513), logits: "last" }, "context-overflow"],
    ["truncate", { sequence: 0, length: -1 }, "invalid-input"],
    ["fork", { sequence: 0 }, "unsupported-request"],
    ["nothing", {}, "unsupported-request"],
  ];
  for (const [name, given, code] of wrong) expect(await host.call(name, given), name).toMatchObject({ type: "error", error: { code } });
  expect(await host.call("forward", { sequence: 0, tokens, logits: "last" })).toMatchObject({ type: "result", result: { length: 1024 } });
  await host.end();
});

test("a pass that nobody waits for is left between two instructions, and what comes next is computed as ever", async (context) => {
  if (process.platform !== "linux") context.skip("only Linux tells when a process computes");
  const host = startHost();
  // Portable kernels take long for so many tokens.
  await host.load(await describeModel(await tinyExecutorchModel("plain")));
  const tokens = Int32Array.from({ length: 500 }, (_, index) => (index * 7) % 1000);
  const few = { sequence: 0, tokens: tokens.slice(0, 8), logits: "last" };
  const before = await host.call("forward", few);
  await host.call("truncate", { sequence: 0, length: 0 });
  const number = host.ask("forward", { sequence: 0, tokens, logits: "all" });
  await host.computes();
  host.cancel(number);
  // No answer came for what was cancelled: the next one is of the next call.
  expect(await host.call("truncate", { sequence: 0, length: 500 })).toMatchObject({ result: 0 });
  expect(await host.call("forward", few)).toMatchObject({ result: (before as { result: unknown }).result });
  await host.end();
});
