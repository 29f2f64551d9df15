/// <reference lib="webworker" />
import { pageContext } from "@tenfold/adapter-testkit/browser";
import { silentLog } from "@tenfold/core";
import { onnx } from "../../src/browser.ts";
import { tinyInPage } from "./tiny-in-page.ts";

/** Answers a question in a worker, as an application does that keeps its page free. */
self.onmessage = async ({ data }: MessageEvent<string>) => {
  try {
    const model = await onnx().load(await tinyInPage("onnx-gqa"), pageContext(silentLog), { threads: 1 });
    let text = "";
    for await (const event of model.generate({ messages: [{ role: "user", content: data }], sampling: { temperature: 0 } }))
      if (event.type === "text") text += event.text;
    await model.dispose();
    self.postMessage(text);
  } catch (error) {
    self.postMessage(String(error));
  }
};
