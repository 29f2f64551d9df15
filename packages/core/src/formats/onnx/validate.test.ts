import { expect, test } from "vitest";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelBytes, tinyModelFiles } from "../../../test/model-files.ts";
import { type MessageField, message } from "../../../test/protobuf-message.ts";
import { detectFormat } from "../formats.ts";
import { readOnnx } from "./reader.ts";
import { validateOnnx } from "./validate.ts";

type Fields = MessageField[];

const dimension = (length: number | string) => message([typeof length === "number" ? 1 : 2, length]);
const value = (name: string, type = 1, shape: (number | string)[] = [1]) =>
  message([1, name], [2, message([1, message([1, type], [2, message(...shape.map((length): [number, Uint8Array] => [1, dimension(length)]))])])]);
const node = (type: string, inputs: string[], outputs: string[], more: Fields = []) =>
  message(...inputs.map((name): [number, string] => [1, name]), ...outputs.map((name): [number, string] => [2, name]), [4, type], ...more);
const floats = (name: string, shape: number[], more: Fields = [[9, new Uint8Array(shape.reduce((a, b) => a * b, 4))]]) =>
  message(...shape.map((length): [number, number] => [1, length]), [2, 1], [8, name], ...more);
const external = (entries: Record<string, string>): Fields => [
  ...Object.entries(entries).map(([key, text]): [number, Uint8Array] => [13, message([1, key], [2, text])]),
  [14, 1],
];
const graph = (...fields: Fields) => message(...fields);
const model = (body: Uint8Array, more: Fields = [[8, message([1, ""], [2, 18])]]) => message([1, 8], [2, "test"], ...more, [7, body]);

const basics: Fields = [
  [11, value("x", 1, ["batch", 4])],
  [12, value("y")],
];
const small = model(graph(...basics, [5, floats("w", [4])], [1, node("Add", ["x", "w"], ["y"])]));
const validate = (bytes: Uint8Array, others: ReturnType<typeof modelFile>[] = []) => validateOnnx([modelFile("m/model.onnx", bytes), ...others]);

test("accepts tenfold-tiny, with ordinary and with fused attention", async () => {
  const files = tinyModelFiles("onnx", ["model.onnx"]);
  expect((await detectFormat(files))?.format).toBe("onnx");
  expect(await validateOnnx(files)).toMatchObject({ format: "onnx", quantization: "F32", details: { opset: 18, keyValueCache: true } });
  const fused = tinyModelFiles("onnx-gqa", ["model.onnx", "genai_config.json"]);
  expect(await validateOnnx(fused)).toMatchObject({
    architecture: "llama",
    contextLength: 512,
    vocabularySize: 1024,
    embeddingLength: 128,
    layerCount: 5,
    details: { keyValueCache: true },
  });
});

test.each([
  ["onnx-int4", "4-bit"],
  ["onnx-int8", "8-bit"],
])("accepts tenfold-tiny as %s", async (folder, quantization) => {
  expect(await validateOnnx(tinyModelFiles(folder, ["model.onnx"]))).toMatchObject({ quantization, details: { keyValueCache: true } });
});

test("reads names, types and symbolic dimensions of inputs and outputs, and the operators", async () => {
  const [file] = tinyModelFiles("onnx-gqa", ["model.onnx"]);
  if (!file) throw new Error("there is no model");
  const found = await readOnnx(file, [file]);
  expect(found.inputs.find(({ name }) => name === "past_key_values.0.key")).toMatchObject({ type: "F32", shape: expect.arrayContaining([2, 32]) });
  expect(found.inputs.find(({ name }) => name === "input_ids")?.shape?.every((length) => typeof length === "string")).toBe(true);
  expect(found.operators.get("com.microsoft:GroupQueryAttention")).toBe(5);
  expect(found.opsets.has("com.microsoft")).toBe(true);
  expect(found.initializers.some(({ sizeBytes }) => sizeBytes > 100_000)).toBe(true);
});

test("steps over large weights", async () => {
  const weightBytes = 8 * 1024 * 1024;
  const file = modelFile("model.onnx", model(graph(...basics, [5, floats("w", [weightBytes / 4])], [1, node("Add", ["x", "w"], ["y"])])));
  let readBytes = 0;
  const counted = {
    ...file,
    async read(range?: { start: number; end: number }) {
      const bytes = await file.read(range);
      readBytes += bytes.length;
      return bytes;
    },
  };
  await validateOnnx([counted]);
  expect(readBytes).toBeLessThan(weightBytes / 16);
});

test("names the bits of packed and of quantized weights", async () => {
  const bits = message([1, "bits"], [3, 4], [20, 2]);
  const packed = node(
    "MatMulNBits",
    ["x"],
    ["y"],
    [
      [5, bits],
      [7, "com.microsoft"],
    ],
  );
  const opsets: Fields = [
    [8, message([2, 18])],
    [8, message([1, "com.microsoft"], [2, 1])],
  ];
  expect((await validate(model(graph(...basics, [1, packed]), opsets))).quantization).toBe("4-bit");
  const bytes = message([1, 4], [2, 3], [8, "w"], [9, new Uint8Array(4)]);
  const dequantized = model(graph(...basics, [5, bytes], [1, node("DequantizeLinear", ["w", "x"], ["y"])]));
  expect((await validate(dequantized)).quantization).toBe("8-bit");
});

test("accepts a graph inside a node that uses what the graph around it made", async () => {
  const inner = graph([1, node("Neg", ["made"], ["z"])], [12, value("z")]);
  const outer = graph(...basics, [1, node("Neg", ["x"], ["made"])], [1, node("If", ["made"], ["y"], [[5, message([1, "then_branch"], [6, inner], [20, 5])]])]);
  expect(await validate(model(outer))).toMatchObject({ format: "onnx" });
});

test("accepts weights in another file of the folder, and refuses them anywhere else", async () => {
  const withData = (entries: Record<string, string>) => model(graph(...basics, [5, floats("w", [4], external(entries))], [1, node("Add", ["x", "w"], ["y"])]));
  const data = [modelFile("m/model.onnx.data", new Uint8Array(32)), modelFile("secret", new Uint8Array(32))];
  expect(await validate(withData({ location: "model.onnx.data", offset: "16", length: "16" }), data)).toMatchObject({ parameterCount: 4 });
  expect(await validate(withData({ location: "./model.onnx.data" }), data)).toMatchObject({ parameterCount: 4 });
  const refused = async (entries: Record<string, string>) => refusalOf(validate(withData(entries), data));
  expect(await refused({ location: "../secret" })).toContain("no file of the model's folder");
  expect(await refused({ location: "/secret" })).toContain("no file of the model's folder");
  expect(await refused({ location: "..\\secret" })).toContain("no file of the model's folder");
  expect(await refused({})).toContain("no file of the model's folder");
  expect(await refused({ location: "*/_ORT_MEM_ADDR_/*", offset: "4096" })).toContain("not there");
  expect(await refused({ location: "other.data" })).toContain("not there");
  expect(await refused({ location: "model.onnx.data", offset: "20" })).toContain("ends at 36");
  expect(await refused({ location: "model.onnx.data", offset: "-8" })).toContain("no whole number");
  expect(await refused({ location: "model.onnx.data", length: "8" })).toContain("is given 8");
});

const nested = (depth: number): Uint8Array =>
  graph(...basics, [1, node("If", ["x"], ["y"], depth === 0 ? [] : [[5, message([1, "then_branch"], [6, nested(depth - 1)])]])]);

test.each([
  ["an empty file", new Uint8Array(0), "its version is 0"],
  ["text", new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n"), "Invalid ONNX"],
  ["a file that is cut off", small.subarray(0, small.length - 10), "more than there are"],
  ["a version from the future", message([1, 99], [7, graph()]), "its version is 99"],
  ["no graph", message([1, 8], [8, message([2, 18])]), "0 graphs"],
  ["no operator set", model(graph(...basics, [1, node("Neg", ["x"], ["y"])]), []), "imports no operator set"],
  ["an operator set of version 0", model(graph(), [[8, message([1, "a"])]]), "has the version 0"],
  ["an operator of a domain that is not imported", model(graph(...basics, [1, node("Neg", ["x"], ["y"], [[7, "evil"]])])), '"evil:Neg"'],
  ["a cycle", model(graph(...basics, [1, node("Add", ["x", "b"], ["a"])], [1, node("Neg", ["a"], ["b"])], [1, node("Neg", ["b"], ["y"])])), "cycle"],
  ["a value that is made twice", model(graph(...basics, [1, node("Neg", ["x"], ["y"])], [1, node("Neg", ["x"], ["y"])])), "made twice"],
  ["an output that nothing makes", model(graph(...basics)), 'nothing makes the output "y"'],
  ["a node without an operator", model(graph(...basics, [1, message([1, "x"], [2, "y"])])), "names no operator"],
  ["too few bytes of data", model(graph([5, floats("w", [4], [[9, new Uint8Array(8)]])])), "needs 16 bytes"],
  ["no data", model(graph([5, floats("w", [4], [])])), "has no data"],
  [
    "data that are there twice",
    model(
      graph([
        5,
        floats(
          "w",
          [1],
          [
            [9, new Uint8Array(4)],
            [4, new Uint8Array(4)],
          ],
        ),
      ]),
    ),
    "data twice",
  ],
  ["an unknown type", model(graph([5, message([2, 77], [8, "w"])])), "unknown type 77"],
  ["an unknown type of an input", model(graph([11, value("x", 77)])), "unknown type 77"],
  ["a negative length", model(graph([5, floats("w", [-4], [])])), "impossible shape"],
  ["a negative dimension of an input", model(graph([11, value("x", 1, [-4])])), "a dimension is -4"],
  ["lengths that overflow", model(graph([5, floats("w", [2 ** 40, 2 ** 40], [])])), "cannot be"],
  [
    "40 dimensions",
    model(
      graph([
        5,
        floats(
          "w",
          Array.from({ length: 40 }, () => 1),
          [],
        ),
      ]),
    ),
    "impossible shape",
  ],
  ["graphs that lie deep in each other", model(nested(40)), "deep in each other"],
  ["a name that is not UTF-8", model(graph([11, message([1, Uint8Array.from([0xff])])])), "not UTF-8"],
  ["a name of 2 MB", model(graph([11, message([1, "a".repeat(2 * 1024 * 1024)])])), "is the most"],
  ["a number where a graph belongs", model(graph([1, 5])), "a number stands"],
  ["the field number 0", Uint8Array.from([0, 0]), "the number 0"],
  ["a field of the removed kind 3", Uint8Array.from([11, 0]), "no known kind"],
])("refuses %s", async (_, bytes, message) => {
  expect(await refusalOf(validate(bytes))).toContain(message);
});

test("stops when told to", async () => {
  const reason = new Error("enough");
  await expect(validateOnnx([modelFile("model.onnx", small)], AbortSignal.abort(reason))).rejects.toBe(reason);
});

test("refuses what has more fields than any model, in bounded time", async () => {
  const file = modelFile("model.onnx", Uint8Array.from(Buffer.alloc(8_100_000, Uint8Array.from([8, 1]))));
  expect(await refusalOf(validateOnnx([file]))).toContain("more than 4000000 fields");
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const whole = tinyModelBytes("onnx-gqa/model.onnx");
  // The end of the file holds the graph's nodes: damage there is read in full, and weights before it are stepped over.
  for (const original of [small, whole.subarray(0, 64 * 1024)]) {
    const { accepted, refused } = await fuzz({
      original,
      mostReadBytes: 4 * original.length + 256 * 1024,
      validate: ({ sizeBytes, read }) => validateOnnx([{ path: "model.onnx", sizeBytes, read }]),
    });
    expect(accepted + refused).toBe(fuzzRounds);
    expect(refused).toBeGreaterThan(fuzzRounds / 4);
  }
});
