/// <reference lib="dom" />
import { damagedInMemory, installedFromBlobs, pageContext, showConformance } from "@tenfold/adapter-testkit/browser";
import { silentLog } from "@tenfold/core";
import { liteRt } from "../../src/browser.ts";

const beside = ["generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];
const paths = ["tflite/tenfold-tiny-f16.tflite", ...beside.map((name) => `hf/${name}`)];

showConformance(async () => {
  const blobs = await Promise.all(paths.map(async (path) => [path.slice(path.lastIndexOf("/") + 1), await (await fetch(`/tiny/${path}`)).blob()] as const));
  return {
    adapter: liteRt(),
    context: pageContext(silentLog),
    damage: damagedInMemory,
    model: await installedFromBlobs(Object.fromEntries(blobs), "tflite"),
    reference: await (await fetch("/tiny/reference.json")).json(),
  };
});
