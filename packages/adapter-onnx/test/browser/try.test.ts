import { it, expect } from "vitest";
import { openPage } from "./open-page.ts";
it("try", async () => {
  const opened = (await openPage("/"))!;
  opened.page.on("console", (m) => console.log("console:", m.text()));
  try {
    console.log(JSON.stringify(await opened.page.evaluate(() => globalThis.onnxPage.probe())));
    for (const v of ["onnx", "onnx-gqa", "ort", "onnx-int4"]) { const t = Date.now(); console.log(v, JSON.stringify(await opened.page.evaluate(([v]) => globalThis.onnxPage.answer(v!, "What is 17 + 15?", { threads: 2 }).catch((e) => String(e) + e.cause?.stack), [v] as const)), Date.now() - t); }
    console.log("worker", await opened.page.evaluate(() => globalThis.onnxPage.answerInWorker("What is 17 + 15?")));
  } finally { await opened.close(); }
}, 200000);
