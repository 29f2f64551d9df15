import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { InferenceSession } from "onnxruntime-node";
import { expect, test } from "vitest";
import { convertTiny } from "../../test/convert-tiny.ts";
import { requireInputs } from "./require-inputs.ts";

const keep = "num_logits_to_keep";

test("an input with a default has to be given, and nothing else changes", async () => {
  const home = await mkdtemp(join(tmpdir(), "tenfold-onnx-"));
  try {
    await convertTiny("q8_0", home, "tiny");
    const model = new Uint8Array(await readFile(join(home, "tiny/model.onnx")));
    const before = model.slice();
    requireInputs(model, [keep]);
    expect(model.filter((byte, index) => byte !== before[index])).toHaveLength(1);
    const data = new Uint8Array(await readFile(join(home, "tiny/model.onnx_data")));
    const inputsOf = async (bytes: Uint8Array) => {
      const session = await InferenceSession.create(bytes, { externalData: [{ path: "model.onnx_data", data }], logSeverityLevel: 3 });
      const names = [...session.inputNames];
      await session.release();
      return names.sort();
    };
    expect(await inputsOf(model)).toEqual([...(await inputsOf(before)), keep].sort());
    expect(await inputsOf(before)).not.toContain(keep);
    // Once is enough.
    const again = model.slice();
    requireInputs(again, [keep]);
    expect(Buffer.compare(again, model)).toBe(0);
  } finally {
    await rm(home, { recursive: true });
  }
});

test("a model without such an input stays as it is, also where an initializer has the name", async () => {
  const model = (await (await tinyOnnxModel("onnx")).files[0]?.read())?.slice() ?? new Uint8Array(0);
  const before = model.slice();
  requireInputs(model, [keep, "model.norm.weight", "final_norm"]);
  expect(Buffer.compare(model, before)).toBe(0);
  for (const share of [0, 0.01, 0.5, 0.99]) expect(() => requireInputs(before.slice(0, before.length * share), [keep])).not.toThrow();
});
