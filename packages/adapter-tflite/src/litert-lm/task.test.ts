import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { createTokenizer } from "@tenfold/tokenizers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { modelInLiteRtLm } from "../../test/litert-forms.ts";
import { liteRtLmContext, needLiteRtLm } from "../../test/litert-lm-context.ts";
import { letterTokenizer, llmMetadata, storedZip } from "../../test/task-bundle.ts";
import { readLayout } from "../litert/layout.ts";
import { createNodeBinding } from "../litert/node-binding.ts";
import { createSequence } from "../litert/sequence.ts";
import { liteRtLm } from "../node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-task-"));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(needLiteRtLm);

const template = "{%- for message in messages -%}{{ message.content }}{%- endfor -%}";

async function bundle(name: string, metadata: Uint8Array) {
  const path = join(folder, name);
  const parts = [
    { name: "TF_LITE_PREFILL_DECODE", bytes: await modelInLiteRtLm() },
    { name: "TOKENIZER_MODEL", bytes: letterTokenizer(1024) },
    { name: "METADATA", bytes: metadata },
  ];
  await writeFile(path, storedZip(parts));
  return installedFromFile(path, "task");
}

const load = (model: Awaited<ReturnType<typeof bundle>>) => liteRtLm().load(model, liteRtLmContext, { threads: 1, isolation: "none" });

test("a .task bundle answers with the tokens that its model gives", async () => {
  const installed = await bundle("tiny.task", llmMetadata(template));
  const tokenizer = await createTokenizer(installed.files);
  const question = "What is the capital of France?";
  const prompt = [1, ...tokenizer.encode(question).filter((token) => token !== 1)];
  const binding = createNodeBinding();
  const bytes = await modelInLiteRtLm();
  const native = await (await binding.open()).load({ read: async () => bytes });
  const layout = readLayout("tiny", native);
  if (layout.kind !== "cached") throw new Error("The tiny model has a cache.");
  const sequence = createSequence({ native, layout, contextSize: 512, nextTask: binding.nextTask });
  const best = (row: Float32Array) => row.reduce((most, value, index) => (value > (row[most] ?? 0) ? index : most), 0);
  const tokens: number[] = [];
  for (let next = Int32Array.from(prompt); tokens.length < 8; next = Int32Array.of(tokens.at(-1) ?? 0)) {
    const token = best(await sequence.forward(next, { logits: "last" }));
    if (token === 2) break;
    tokens.push(token);
  }
  await sequence.dispose();
  native.delete();

  const model = await load(installed);
  try {
    const greedy = { sampling: { temperature: 0 }, maxTokens: tokens.length };
    const expected = tokenizer.decode(tokens);
    expect(expected).not.toBe("");
    const { text, finish } = await collect(model.generate({ prompt: question, ...greedy }));
    expect(text.trim()).toBe(expected.trim());
    expect(finish.usage.completionTokens).toBe(tokens.length);
    expect((await collect(model.generate({ messages: [{ role: "user", content: question }], ...greedy }))).text.trim()).toBe(expected.trim());
  } finally {
    await model.dispose();
  }
});

test("a bundle with MediaPipe's older metadata answers, too", async () => {
  const text = (number: number, value: string) => [(number << 3) | 2, value.length, ...Buffer.from(value)];
  const model = await load(await bundle("older.task", Uint8Array.from([...text(5, "</s>"), ...text(6, "<s>")])));
  try {
    const { text: answer } = await collect(model.generate({ prompt: "Hello", sampling: { temperature: 0 }, maxTokens: 4 }));
    expect(answer).not.toBe("");
    expect(model.capabilities.chat).toBe(false);
  } finally {
    await model.dispose();
  }
});

test("a bundle that names no end token, and one for the web, are refused with what can be done", async () => {
  const refused = { code: "unsupported-format", remedy: expect.stringContaining(".litertlm") };
  const model = await load(await bundle("endless.task", new Uint8Array(0)));
  await expect(collect(model.generate({ prompt: "Hello" }))).rejects.toMatchObject(refused);
  await model.dispose();
  const path = join(folder, "web.task");
  await writeFile(path, await modelInLiteRtLm());
  await expect(load(await installedFromFile(path, "task"))).rejects.toMatchObject({ code: expect.stringMatching(/unsupported-format|invalid-format/) });
});
