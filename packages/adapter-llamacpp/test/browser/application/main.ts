/// <reference lib="dom" />
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { installedFromBlobs, pageContext } from "@tenfold/adapter-testkit/browser";
import { silentLog } from "@tenfold/core";

declare global {
  var ask: (question: string, threads: number) => Promise<string>;
}

globalThis.ask = async (question, threads) => {
  const model = await installedFromBlobs({ "tiny.gguf": await (await fetch("/tiny.gguf")).blob() }, "gguf");
  const loaded = await llamaCpp().load(model, pageContext(silentLog), { threads });
  let text = "";
  for await (const event of loaded.generate({ messages: [{ role: "user", content: question }], sampling: { temperature: 0 } }))
    if (event.type === "text") text += event.text;
  await loaded.dispose();
  return text;
};
