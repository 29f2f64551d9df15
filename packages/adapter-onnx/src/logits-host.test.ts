import { readFileSync } from "node:fs";
import { collect, meaningOf, messagesOf } from "@tenfold/adapter-testkit";
import { tinyOnnxModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { createChatModel } from "@tenfold/generation/model";
import { type DescribedModel, describeModel, loadLogitsThrough } from "@tenfold/host";
import { checkHost, type HostVectors, spawnHost } from "@tenfold/host/node";
import { createTokenizer } from "@tenfold/tokenizers";
import { fullTests } from "@tenfold/tooling/requirement";
import { afterEach, expect, inject, test } from "vitest";
import { openSequences } from "../test/open-sequences.ts";

const context = nodeContext();
const command = { program: process.execPath, arguments: [inject("hostEntry")], environment: {} };
const adapter = { module: "", name: "onnxLogits", arguments: [] };
const hosts: { kill(): void; gone: Promise<void> }[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) {
    host.kill();
    await host.gone;
  }
});

async function open(parallel = 1) {
  const model = await tinyOnnxModel("onnx");
  const host = await spawnHost(command, context.log);
  hosts.push(host);
  return { model, host, remote: await loadLogitsThrough(host.port, adapter, model, context, { parallel }) };
}

test("logits of another process are those of this one, bit by bit", async () => {
  const { model, remote } = await open();
  const here = await openSequences(model, context, {});
  const tokens = Int32Array.from((await tinyReference()).prompts[0]?.promptTokens ?? []);
  for (const [from, logits] of [
    [0, "all"],
    [2, "none"],
    [5, "last"],
  ] as const) {
    const [there, expected] = await Promise.all(
      [remote, here].map(async ({ sequences: [one] }) => {
        expect(await one.truncate(from)).toBe(from);
        return Float32Array.from(await one.forward(tokens.slice(from), { logits }));
      }),
    );
    expect(there).toEqual(expected);
  }
  await Promise.all([remote.dispose(), here.dispose()]);
});

test("the loop answers with the reference's tokens, though the logits come from another process", async () => {
  const { model, remote } = await open(2);
  const { prompts, endToken } = await tinyReference();
  const chat = createChatModel({
    ...remote,
    tokenizer: await createTokenizer(model.files),
    endTokens: [endToken],
    framework: "onnx-runtime",
    accelerator: "cpu",
    prefillTokens: 64,
    release: remote.dispose,
    now: () => performance.now(),
    random: Math.random,
  });
  const plain = prompts.filter(({ templateOptions }) => !templateOptions.tools && !templateOptions.enable_thinking).slice(0, fullTests ? undefined : 6);
  expect(plain.length).toBeGreaterThan(5);
  await Promise.all(
    plain.map(async (prompt) => {
      const { text, reasoning, finish } = await collect(
        chat.generate({ messages: messagesOf(prompt), sampling: { temperature: 0 }, maxTokens: prompt.maxTokens }),
      );
      const expected = meaningOf(prompt.outputText);
      expect([prompt.id, text, reasoning, finish.usage.completionTokens]).toEqual([prompt.id, expected.text, expected.reasoning, prompt.outputTokens.length]);
    }),
  );
  await chat.dispose();
  await hosts[0]?.gone;
});

test("a host that dies ends an answer with `crashed`", async () => {
  const { host, remote } = await open();
  const forwards = (async () => {
    for (;;) await remote.sequences[0].forward(Int32Array.of(1), { logits: "last" }).then(() => remote.sequences[0].truncate(0));
  })();
  const crashed = expect(forwards).rejects.toMatchObject({ code: "crashed", details: { signal: "SIGKILL" } });
  host.kill();
  await crashed;
  await remote.dispose();
});

test("a host is checked as one in any language", async () => {
  const vectors = JSON.parse(readFileSync(new URL("../../../docs/host-protocol-vectors.json", import.meta.url), "utf8")) as HostVectors;
  const model: DescribedModel = await describeModel(await tinyOnnxModel("onnx"));
  const load = { type: "load", role: "logits", adapter, model, platform: context.platform, nativeParts: [], options: { threads: 1 } };
  const hostile = fullTests ? vectors.hostile : vectors.hostile.slice(0, 1);
  const failed: unknown[] = [];
  let count = 0;
  for await (const check of checkHost(command, { vectors: { ...vectors, hostile }, load, timeoutMs: 60_000 })) {
    count += 1;
    if (check.problem !== undefined) failed.push(check);
  }
  expect(failed).toEqual([]);
  expect(count).toBe(hostile.length + 5);
}, 300_000);
