import { fileURLToPath } from "node:url";

const tiny = new URL("../../packages/adapter-testkit/models/tenfold-tiny/", import.meta.url);

/** The tiny model's files: name beside the page, to where they lie. */
export const pageModel: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "onnx-gqa/model.onnx",
    "onnx-gqa/genai_config.json",
    ...["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"].map((name) => `hf/${name}`),
  ].map((path) => [path.slice(path.indexOf("/") + 1), fileURLToPath(new URL(path, tiny))]),
);

declare global {
  /** What a page with {@link pageProgram} answers, computed in a worker. */
  var askInWorker: (() => Promise<string>) | undefined;
}

/** What a page would write to have ONNX Runtime answer, with its model under `/model`. Without a worker's script it fails. */
export const pageProgram = `
import { onnx } from "@tenfold/adapter-onnx";
import { createTenfold } from "@tenfold/core";
import { browserPlatform } from "@tenfold/core/browser";

async function served(path) {
  const blob = await (await fetch("/model/" + path)).blob();
  const read = async ({ start, end } = { start: 0, end: blob.size }) => new Uint8Array(await blob.slice(start, end).arrayBuffer());
  return { path, sizeBytes: blob.size, read, blob: async () => blob };
}

globalThis.askInWorker = async () => {
  const platform = { ...browserPlatform(), openLocal: () => Promise.all(${JSON.stringify(Object.keys(pageModel))}.map(served)) };
  const tenfold = createTenfold({ adapters: [onnx()], platform });
  const model = await tenfold.load({ path: "tiny" }, { threads: 2, isolation: "host" });
  const { text } = await model.generateText({ messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 } });
  await model.dispose();
  return text;
};
`;
