import { expect, test } from "vitest";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf } from "../../../test/model-files.ts";
import { tfliteFile } from "../../../test/tflite-file.ts";
import { type ZipMember, zipFile } from "../../../test/zip-file.ts";
import { detectFormat } from "../formats.ts";
import { validateTask } from "./validate.ts";

const parts = (more: Partial<ZipMember> = {}): ZipMember[] => [
  { name: "TF_LITE_PREFILL_DECODE", bytes: tfliteFile(), ...more },
  { name: "TOKENIZER_MODEL", bytes: new Uint8Array(20) },
  { name: "METADATA", bytes: new Uint8Array(4), deflated: true },
];
const validate = (bytes: Uint8Array) => validateTask([modelFile("model.task", bytes)]);

test("accepts a bundle and says what is in it", async () => {
  expect(await validate(zipFile(parts()))).toMatchObject({
    format: "task",
    quantization: "F32",
    parameterCount: 4,
    details: { signatures: "decode", parts: "TF_LITE_PREFILL_DECODE, TOKENIZER_MODEL, METADATA" },
  });
});

test("reads how a bundle for LiteRT-LM is prompted, and nothing from MediaPipe's older message", async () => {
  const text = (number: number, value: string) => [(number << 3) | 2, value.length, ...new TextEncoder().encode(value)];
  const withMetadata = (...fields: number[]) => validate(zipFile([...parts().slice(0, 2), { name: "METADATA", bytes: Uint8Array.from(fields) }]));
  const template = "{{ messages[0].content }}";
  expect(await withMetadata(5 << 3, 0x80, 0x04, ...text(7, template))).toMatchObject({ contextLength: 512, chatTemplate: template });
  const older = await withMetadata(...text(5, "</s>"), ...text(6, "<s>"), ...text(7, "plain"));
  expect(older.contextLength ?? older.chatTemplate).toBeUndefined();
});

test("accepts a model alone, as bundles for the web are", async () => {
  expect((await detectFormat([modelFile("model-web.task", tfliteFile())]))?.format).toBe("task");
  expect(await validate(tfliteFile())).toMatchObject({ format: "task", parameterCount: 4 });
});

test("knows a bundle by its content", async () => {
  expect((await detectFormat([modelFile("model", zipFile(parts()))]))?.format).toBe("task");
});

test.each([
  ["an empty file", new Uint8Array(0), "no zip directory"],
  ["a bundle that is cut off", zipFile(parts()).subarray(0, 500), "no zip directory"],
  ["a bundle without a model", zipFile(parts().slice(1)), "no model in it"],
  ["a packed model", zipFile(parts({ deflated: true })), "cannot be mapped"],
  ["a damaged model", zipFile(parts({ bytes: tfliteFile({ version: 9 }) })), "its version is 9"],
  ["a model that is no model", zipFile(parts({ bytes: new Uint8Array(64) })), '"TFL3"'],
])("refuses %s", async (_, bytes, message) => {
  expect(await refusalOf(validate(bytes))).toContain(message);
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const original = zipFile(parts());
  const { accepted, refused } = await fuzz({
    original,
    mostReadBytes: 8 * original.length,
    validate: ({ sizeBytes, read }) => validateTask([{ path: "model.task", sizeBytes, read }]),
  });
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(fuzzRounds / 4);
});
