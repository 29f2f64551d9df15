import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { damagedCopy } from "@tenfold/adapter-testkit/models";
import { llamaCpp } from "./node.ts";

const adapter = llamaCpp({ gpu: false });

async function nan(which: string) {
  const { readGguf } = await import("@tenfold/core/gguf");
  const model = await tinyModel("f32");
  const gguf = await readGguf(model.files[0]!);
  const tensor = gguf.tensors.find(({ name }) => name === which)!;
  return damagedCopy(model, (bytes) => {
    const copy = new Uint8Array(bytes);
    new Float32Array(copy.buffer, gguf.dataOffset + tensor.offset, tensor.elements).fill(Number.NaN);
    return copy;
  });
}
test.each(["blk.0.attn_q.weight", "token_embd.weight", "blk.1.attn_norm.weight"])("nan %s", async (which) => {
  const { model, remove } = await nan(which);
  for (const sampling of [{ temperature: 0 }, { temperature: 1 }]) {
  for (const isolation of ["none", "host"] as const) {
  const out = await adapter.load(model, nodeContext(), { threads: 1, isolation }).then(async (m) => {
    const r = await collect(m.generate({ prompt: "one two", maxTokens: 8, sampling, seed: 1 })).then((a) => JSON.stringify(a.text) + a.finish.reason, (e) => "gen " + e.code + e.message);
    await m.dispose();
    return r;
  }, (e) => "load " + e.code + e.message);
  console.log(which, isolation, JSON.stringify(sampling), out);
  }}
  await remove();
});
