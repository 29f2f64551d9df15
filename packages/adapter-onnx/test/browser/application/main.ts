/// <reference lib="dom" />
import { onnx } from "@tenfold/adapter-onnx";
import { installedFromBlobs, pageContext } from "@tenfold/adapter-testkit/browser";
import { silentLog } from "@tenfold/core";

declare global {
  var ask: (question: string, threads: number) => Promise<string>;
}

globalThis.ask = async (question, threads) => {
  const names = ["model.onnx", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];
  const blobs = await Promise.all(names.map(async (name) => [name, await (await fetch(`/model/${name}`)).blob()] as const));
  const model = await installedFromBlobs(Object.fromEntries(blobs), "onnx");
  const loaded = await onnx().load(model, pageContext(silentLog), { threads });
  let text = "";
  for await (const event of loaded.generate({ messages: [{ role: "user", content: question }], sampling: { temperature: 0 } }))
    if (event.type === "text") text += event.text;
  await loaded.dispose();
  return text;
};
