/** What web-llm asks of a library before its first function: how many parameters, and which of them is where an answer goes. */
const functions: readonly [name: string, parameters: number, answer?: number][] = [
  ["TVMWasmAllocSpace", 1],
  ["TVMWasmFreeSpace", 1],
  ["TVMFFIFunctionGetGlobal", 2, 1],
  ["TVMFFIFunctionSetGlobal", 3],
  ["TVMFFIFunctionCall", 4],
  ["TVMFFIWasmFunctionCreate", 2, 1],
  ["TVMFFITypeKeyToIndex", 2, 1],
  ["TVMFFIObjectDecRef", 1],
  ["TVMFFIObjectIncRef", 1],
  ["TVMFFIAnyViewToOwnedAny", 2],
  ["TVMFFIErrorSetRaisedFromCStr", 2],
  ["TVMFFIWasmGetLastError", 0],
  ["__wasm_call_ctors", 0],
  ["_initialize", 0],
];

/**
 * A model library with nothing in it: WebAssembly with the exports of TVM's runtime, whose every function does nothing and whose every call
 * answers None. It takes web-llm through everything but a kernel: an engine, the GPU, the tokenizer, all shards.
 */
export function hollowLibrary(): Uint8Array {
  const arities = [...new Set(functions.map(([, parameters]) => parameters))];
  const types = arities.map((parameters) => [0x60, ...vector(Array.from({ length: parameters }, () => [i32])), ...vector([[i32]])]);
  const exports = functions.map(([name], index) => [...text(name), 0, ...leb(index)]);
  const bodies = functions.map(([name, , answer]) => {
    // Memory is given out and never taken back.
    if (name === "TVMWasmAllocSpace") return body([0x23, 0, 0x23, 0, 0x20, 0, 0x6a, 0x41, 15, 0x6a, 0x41, 0x70, 0x71, 0x24, 0]);
    // Handles and types are numbers, each a new one.
    const next = [0x23, 1, 0x41, 1, 0x6a, 0x24, 1];
    return body([...(answer === undefined ? [] : [0x20, answer, 0x23, 1, 0x36, 2, 0, ...next]), 0x41, 0]);
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map(([, parameters]) => leb(arities.indexOf(parameters))))),
    ...section(5, vector([[0, ...leb(256)]])),
    ...section(6, vector([65_536, 128].map((start) => [i32, 1, 0x41, ...signed(start), 0x0b]))),
    ...section(7, vector([...exports, [...text("memory"), 2, 0]])),
    ...section(10, vector(bodies)),
  ]);
}

const i32 = 0x7f;

const vector = (items: readonly (readonly number[])[]) => [...leb(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]) => [id, ...leb(content.length), ...content];
const text = (value: string) => [...leb(value.length), ...new TextEncoder().encode(value)];

function body(code: readonly number[]): number[] {
  const content = [0, ...code, 0x0b];
  return [...leb(content.length), ...content];
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

/** Numbers with a sign need a bit for it. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
