import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { validateGguf } from "@tenfold/core/gguf";
import { expect, test } from "vitest";
import { damagesOf } from "../src/damages.ts";
import { damagedCopy, tinyEncoder, tinyEncoderReference, tinyModel, tinyReference, tinyVariants } from "../src/models.ts";
import { meaningOf, messagesOf } from "../src/reference.ts";

const folder = new URL("../models/tenfold-tiny/", import.meta.url);

test("the committed files are those of their manifest", async () => {
  const manifest = JSON.parse(await readFile(new URL("manifest.json", folder), "utf8")) as { files: { path: string; sizeBytes: number; sha256: string }[] };
  expect(manifest.files.length).toBeGreaterThan(5);
  for (const { path, sizeBytes, sha256 } of manifest.files) {
    const bytes = await readFile(new URL(path, folder));
    expect(bytes.length, path).toBe(sizeBytes);
    expect(createHash("sha256").update(bytes).digest("hex"), path).toBe(sha256);
  }
});

test("every variant opens, and is what its name says", async () => {
  for (const variant of tinyVariants) {
    const model = await tinyModel(variant);
    expect(model.variant.quantization?.toLowerCase()).toBe(variant);
    expect(model.files[0]?.sizeBytes).toBeLessThan(5_000_000);
    expect(model.metadata.chatTemplate).toContain("<|im_start|>");
  }
  expect((await tinyEncoder()).metadata.architecture).toBe("bert");
  expect((await tinyEncoderReference()).sentences.length).toBeGreaterThan(3);
});

test("the reference holds prompts with clear margins and answers that can be read", async () => {
  const { prompts, endToken } = await tinyReference();
  expect(prompts.length).toBeGreaterThanOrEqual(16);
  for (const prompt of prompts) {
    expect(prompt.minimumMargin, prompt.id).toBeGreaterThanOrEqual(0.05);
    expect(messagesOf(prompt), prompt.id).toHaveLength(prompt.messages.length);
    if (prompt.finished) expect(prompt.outputTokens.at(-1), prompt.id).toBe(endToken);
  }
});

test("every damage is refused before native code would see the file", async () => {
  const model = await tinyModel("q4_0");
  for (const { title, change } of damagesOf("gguf")) {
    const damaged = await damagedCopy(model, change);
    const [file] = damaged.model.files;
    if (!file) throw new Error("no file");
    await expect(validateGguf(file), title).rejects.toMatchObject({ code: "invalid-format" });
    await damaged.remove();
    await expect(access(file.location?.() ?? "")).rejects.toThrow();
  }
});

test("an answer's meaning is told from its text", () => {
  expect(
    meaningOf('<think>\nWell.\n</think>\n<tool_call>\n{"name": "a", "arguments": {}}\n</tool_call>\n<tool_call>{"name": "b", "arguments": 1}</tool_call>'),
  ).toEqual({
    reasoning: "Well.",
    text: "",
    calls: [
      { name: "a", arguments: {} },
      { name: "b", arguments: 1 },
    ],
  });
  expect(meaningOf("plain")).toEqual({ reasoning: "", text: "plain", calls: [] });
});
