import { readFileHandle } from "./read-file-handle.ts";

/** Reads the header of a GGUF file again and again in a process of its own, with one reader. Prints what each call took, in ms. */
const [side = "", path = "", calls = "1"] = process.argv.slice(2);
const readers: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
  async tenfold() {
    const { readGguf } = await import("../src/formats/gguf/index.ts");
    return async () => {
      const { source, close } = await readFileHandle(path);
      return readGguf(source).finally(close);
    };
  },
  async huggingface() {
    const { gguf } = await import("@huggingface/gguf");
    return () => gguf(path, { allowLocalFile: true });
  },
};
const read = await readers[side]?.();
const elapsedMs: number[] = [];
for (let call = 0; read && call < Number(calls); call += 1) {
  const startedAt = performance.now();
  await read();
  elapsedMs.push(performance.now() - startedAt);
}
process.stdout.write(JSON.stringify(elapsedMs));
