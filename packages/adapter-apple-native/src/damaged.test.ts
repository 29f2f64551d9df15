import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { damagedCopy, tinyFolderModel } from "@tenfold/adapter-testkit/models";
import type { AdapterContext, InstalledModel } from "@tenfold/core";
import { fullTests } from "@tenfold/tooling/requirement";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { mlxContext, needMlx } from "../test/here-mlx.ts";
import { mlx } from "./node.ts";

const removals: (() => Promise<void>)[] = [];
const outerTemporary = process.env.TMPDIR;
beforeAll(async () => {
  process.env.TMPDIR = await mkdtemp(join(tmpdir(), "tenfold-mlx-test-"));
});
afterAll(async () => {
  await rm(tmpdir(), { recursive: true });
  if (outerTemporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = outerTemporary;
});
beforeEach(needMlx);
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

interface Damage {
  config?(config: Record<string, unknown>): unknown;
  weights?(bytes: Uint8Array): Uint8Array;
}

/** The tiny model with another config.json or other weights, which core's validator may not see through. */
async function damaged({ config, weights = (bytes) => bytes }: Damage): Promise<InstalledModel> {
  const whole = await tinyFolderModel();
  const first = config ? "config.json" : "model.safetensors";
  const files = whole.files.toSorted((one, other) => Number(other.path === first) - Number(one.path === first));
  const { model, remove } = await damagedCopy({ ...whole, files }, (bytes) => (config ? edited(bytes, config) : weights(bytes)));
  removals.push(remove);
  return model;
}

const edited = (bytes: Uint8Array, edit: (config: Record<string, unknown>) => unknown) =>
  new TextEncoder().encode(JSON.stringify(edit(JSON.parse(new TextDecoder().decode(bytes)))));

/** Other text of the same length in the header. */
const inHeader = (from: string, to: string) => (bytes: Uint8Array) => {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(from);
  expect([from, at > 0, from.length]).toEqual([from, true, to.length]);
  copy.write(to, at, "latin1");
  return Uint8Array.from(copy);
};

const withConfig = (more: Record<string, unknown>) => ({ config: (config: Record<string, unknown>) => ({ ...config, ...more }) });

const damages: Record<string, [damage: Damage, code: string, words: RegExp]> = {
  "more layers than there are": [withConfig({ num_hidden_layers: 6 }), "invalid-format", /do not belong together/],
  "a billion layers": [withConfig({ num_hidden_layers: 1_000_000_000 }), "invalid-format", /claims 1000000000 layers/],
  "fewer layers than there are": [withConfig({ num_hidden_layers: 4 }), "invalid-format", /do not belong together/],
  "another width": [withConfig({ hidden_size: 256 }), "invalid-format", /do not belong together/],
  "a vocabulary of two billion": [withConfig({ vocab_size: 2_000_000_000 }), "invalid-format", /do not belong together/],
  "no attention heads": [withConfig({ num_attention_heads: 0 }), "invalid-format", /do not belong together/],
  "a quantization that its weights do not have": [
    withConfig({ quantization: { group_size: 7, bits: 4, "model.norm": { bits: 2 } } }),
    "invalid-format",
    /do not belong together/,
  ],
  "an architecture that nobody knows": [withConfig({ model_type: "no-such-model" }), "unsupported-format", /does not know the architecture no-such-model/],
  "an architecture that wants more than there is": [withConfig({ model_type: "gpt_bigcode" }), "unsupported-format", /gpt_bigcode needs numpy/],
  "an architecture that is a path": [withConfig({ model_type: "../../../tmp/evil" }), "invalid-format", /model_type/],
  "an architecture that is a part of mlx-lm": [withConfig({ model_type: "cache" }), "invalid-format", /do not belong together/],
  "a program of its own": [withConfig({ model_file: "evil.py" }), "unsupported-format", /program of its own/],
  "a list for a configuration": [{ config: () => [] }, "invalid-format", /config\.json/],
  "tensors under each other's names": [
    { weights: inHeader("layers.0.mlp.down_proj.weight", "layers.0.mlp.gate_prxj.weight") },
    "invalid-format",
    /do not belong together/,
  ],
  "a shape turned around": [{ weights: inHeader('"shape":[128,384]', '"shape":[384,128]') }, "invalid-format", /do not belong together/],
};

/** A context that tells which process computed, and whether it is gone. */
function watched(): { context: AdapterContext; alive(): boolean } {
  let host = 0;
  const context: AdapterContext = {
    ...mlxContext(),
    log: (_level, _message, details) => {
      if (typeof details?.host === "number") host = details.host;
    },
  };
  const alive = () => {
    if (host === 0) return false;
    try {
      return process.kill(host, 0);
    } catch {
      return false;
    }
  };
  return { context, alive };
}

const tried = Object.entries(damages).filter((_, index) => fullTests || index % 5 === 1);

test.each(tried)("a folder with %s is refused, saying so, and leaves nothing behind", async (_what, [damage, code, words]) => {
  const { context, alive } = watched();
  const loading = mlx().load(await damaged(damage), context, {});
  await expect(loading).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  expect(alive()).toBe(false);
  expect(await linkFolders()).toEqual([]);
});

test("a file that is cut off after it was validated is refused", async () => {
  const whole = await tinyFolderModel();
  const cut = await damaged({ weights: (bytes) => bytes.slice(0, bytes.length >> 1) });
  // What core's validator reads is whole, what the host opens is not.
  const [weights] = whole.files;
  const files = cut.files.map((file, index) => (index === 0 && weights ? { ...file, sizeBytes: weights.sizeBytes, read: weights.read } : file));
  await expect(mlx().load({ ...cut, files }, mlxContext(), {})).rejects.toMatchObject({ code: "invalid-format" });
});

test("weights that are no numbers end the answer with an error, and the next model is served", async () => {
  const nan = (bytes: Uint8Array) => {
    const copy = Uint8Array.from(bytes);
    const view = new DataView(copy.buffer);
    const start = 8 + Number(view.getBigUint64(0, true));
    for (let at = start; at + 1 < copy.length; at += 2) view.setUint16(at, 0x7e00, true);
    return copy;
  };
  const model = await mlx().load(await damaged({ weights: nan }), mlxContext(), {});
  await expect(collect(model.generate({ prompt: "Hello", maxTokens: 4 }))).rejects.toMatchObject({ code: "generation-failed" });
  await model.dispose();
});

test("a load that is aborted ends its process and leaves nothing behind", async () => {
  const { context, alive } = watched();
  const abort = new AbortController();
  const reason = new Error("never mind");
  const loading = mlx().load(await tinyFolderModel(), context, {
    signal: abort.signal,
    onProgress: (fraction) => {
      if (fraction > 0.1) abort.abort(reason);
    },
  });
  await expect(loading).rejects.toBe(reason);
  expect(alive()).toBe(false);
  expect(await linkFolders()).toEqual([]);
});

/** What a load has put into the folder for temporary files, which is this file's own. */
async function linkFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith("tenfold-mlx-"));
}
