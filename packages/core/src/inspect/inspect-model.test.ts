import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FileServer, type HuggingFaceServer, startFileServer, startHuggingFaceServer } from "@tenfold/tooling/test-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { largeVocabularyGguf } from "../../test/large-vocabulary-gguf.ts";
import { modelFile, tinyModelBytes } from "../../test/model-files.ts";
import { storeModel } from "../../test/stored-model.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createHuggingFaceSource } from "../hugging-face/index.ts";
import { nodePlatform } from "../node/platform.ts";
import { inspectFiles, inspectModel } from "./index.ts";

const tinyFolder = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/", import.meta.url));
const MB = 1_000_000;

let folder: string;
let largePath: string;
let headerBytes: number;
let server: FileServer;
let hub: HuggingFaceServer;
let platform: TemporaryPlatform;

/** 4 GB of weights that take no room on the disk, served as they would lie on the Hub. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-inspect-"));
  largePath = join(folder, "large-F16.gguf");
  const large = largeVocabularyGguf({ tokens: 150_000, sizeBytes: 4e9, chatTemplate: "{{ large }}" });
  headerBytes = large.header.length;
  const file = await open(largePath, "w");
  await file.write(large.header);
  await file.truncate(large.sizeBytes);
  await file.close();
  server = await startFileServer({ files: { "/large.gguf": largePath, "/page.html": new TextEncoder().encode("<html>") } });
  hub = await startHuggingFaceServer({
    repositories: {
      "Tenfold/Large": {
        files: { "large-F16.gguf": { source: largePath, sha256: "a".repeat(64) }, "mmproj-large-F16.gguf": tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf") },
      },
      "Tenfold/Tiny": {
        files: Object.fromEntries(
          ["config.json", "tokenizer_config.json", "chat_template.jinja", "model.safetensors"].map((name) => [name, tinyModelBytes(`hf/${name}`)]),
        ),
      },
    },
  });
});
afterAll(async () => {
  await server.close();
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  const temporary = await temporaryPlatform();
  // Requests are counted: none may be repeated because a fast clock takes a busy machine for a silent server.
  platform = { ...temporary, clock: nodePlatform({ home: temporary.home }).clock };
});
afterEach(() => platform.remove());

const huggingFace = () => createHuggingFaceSource({ platform, endpoint: hub.origin });
const large = { architecture: "llama", quantization: "F16", contextLength: 131_072, vocabularySize: 150_000, chatTemplate: "{{ large }}" };

describe("a model of 4 GB that lies elsewhere", () => {
  it("tells what it is within a few requests and little more than its header", async () => {
    const { metadata, tensors, cost, files } = await inspectModel({ url: server.url("/large.gguf") }, { platform });
    expect(metadata).toMatchObject(large);
    expect(metadata.parameterCount).toBeGreaterThan(1.9e9);
    expect(tensors).toHaveLength(32);
    expect(tensors?.[0]).toMatchObject({ name: "blk.0.ffn_up.weight", type: "F16", shape: [1024, expect.any(Number)], sizeBytes: expect.any(Number) });
    expect(files[0]?.sizeBytes).toBeGreaterThan(4e9);
    expect(server.requestCount("/large.gguf")).toBe(cost?.requests);
    expect(cost?.requests).toBeLessThanOrEqual(4);
    expect(cost?.receivedBytes).toBeLessThan(headerBytes + 4.3 * MB);
  });

  it("tells the same from a repository, named by itself or by the file", async () => {
    for (const repository of ["hf:Tenfold/Large", "hf:Tenfold/Large/large-F16.gguf"]) {
      const { metadata, cost } = await inspectModel({ repository }, { platform, huggingFace: huggingFace() });
      expect(metadata).toMatchObject(large);
      expect(cost?.requests).toBeLessThanOrEqual(4);
    }
  });

  it("is refused when it is shorter than its tensors, whose ends nobody has read", async () => {
    const bytes = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");
    server.setFile("/short.gguf", bytes.subarray(0, bytes.length - 100));
    await expect(inspectModel({ url: server.url("/short.gguf") }, { platform })).rejects.toMatchObject({
      code: "invalid-format",
      message: expect.stringContaining("truncated"),
    });
  });
});

describe("what is inspected", () => {
  it("may be a repository of several files, of which weights are not read", async () => {
    const { metadata, tensors, cost } = await inspectModel({ repository: "hf:Tenfold/Tiny" }, { platform, huggingFace: huggingFace() });
    expect(metadata).toMatchObject({ format: "safetensors", architecture: "llama", chatTemplate: expect.stringContaining("{%") });
    expect(tensors?.every(({ shape, elements }) => shape.reduce((product, length) => product * length, 1) === elements)).toBe(true);
    expect(cost?.receivedBytes).toBeLessThan(1 * MB);
  });

  it("may be a file of a repository that belongs to no variant", async () => {
    const { metadata } = await inspectModel({ repository: "hf:Tenfold/Large/mmproj-large-F16.gguf" }, { platform, huggingFace: huggingFace() });
    expect(metadata.quantization).toBe("Q4_0");
    await expect(inspectModel({ repository: "hf:Tenfold/Large/none.gguf" }, { platform, huggingFace: huggingFace() })).rejects.toMatchObject({
      code: "unknown-model",
    });
    await expect(inspectModel({ repository: "hf:Tenfold/Large", variant: "Q1" }, { platform, huggingFace: huggingFace() })).rejects.toMatchObject({
      code: "unknown-variant",
    });
  });

  it("may be an installed model, by id or address", async () => {
    await storeModel(platform, "hf--tenfold--tiny", "gguf", [{ path: "tiny.gguf", bytes: tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf") }]);
    for (const model of ["hf--tenfold--tiny", "hf:Tenfold/Tiny"]) {
      const { metadata, cost } = await inspectModel({ model }, { platform });
      expect([metadata.quantization, cost]).toEqual(["Q8_0", undefined]);
    }
    await expect(inspectModel({ model: "none" }, { platform })).rejects.toMatchObject({ code: "not-installed" });
  });

  it.each([
    ["gguf/tenfold-tiny-q4_0.gguf", "gguf", true],
    ["hf", "safetensors", true],
    ["npz", "npz", true],
    ["onnx-int8", "onnx", true],
    ["ort", "ort", true],
    ["tflite/tenfold-tiny-int8.tflite", "tflite", true],
    ["litertlm", "litertlm", true],
    ["executorch", "pte", false],
    ["coreml-stateless", "mlpackage", false],
  ])("may be %s on this device", async (path, format, named) => {
    const { metadata, tensors } = await inspectModel({ path: join(tinyFolder, path) }, { platform });
    expect(metadata.format).toBe(format);
    expect(tensors === undefined).toBe(!named);
    if (tensors) expect(tensors.length).toBeGreaterThan(4);
  });

  it("is refused when it is no model, no address, or several models", async () => {
    await expect(inspectModel({ url: server.url("/page.html") }, { platform })).rejects.toMatchObject({ code: "unsupported-format" });
    for (const url of ["nonsense", "file:///etc/passwd"]) await expect(inspectModel({ url }, { platform })).rejects.toMatchObject({ code: "invalid-input" });
    await expect(inspectModel({ path: join(tinyFolder, "gguf") }, { platform })).rejects.toMatchObject({ code: "invalid-input", remedy: "Name one of them." });
    await expect(inspectModel({ repository: "hf:a/b" }, { platform })).rejects.toMatchObject({ code: "invalid-input" });
    await expect(inspectFiles([])).rejects.toMatchObject({ code: "unsupported-format" });
    await expect(inspectFiles([modelFile("empty.gguf", new Uint8Array(0))])).rejects.toMatchObject({ code: "invalid-format" });
  });
});
