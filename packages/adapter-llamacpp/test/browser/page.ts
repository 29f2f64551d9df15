/// <reference lib="dom" />
import { damagedInMemory, installedFromBlobs, pageContext, showConformance } from "@tenfold/adapter-testkit/browser";
import { silentLog } from "@tenfold/core";
import { llamaCpp } from "../../src/browser.ts";

const fetched = async (path: string) => (await fetch(path)).blob();

// The name of a model that the server has at /models; its answers are known where there is a reference.
const { searchParams } = new URL(location.href);
const name = searchParams.get("model");
const threads = Number(searchParams.get("threads") ?? 1);

if (name !== null) {
  showConformance(async () => ({
    adapter: llamaCpp(),
    context: pageContext(silentLog),
    model: await installedFromBlobs({ [name]: await fetched(`/models/${name}`) }, "gguf"),
    ...(searchParams.has("reference") ? { reference: JSON.parse(await (await fetched("/reference.json")).text()) } : {}),
    loadOptions: { threads, ...(searchParams.has("reference") ? {} : { contextSize: 1024 }) },
    damage: damagedInMemory,
  }));
}
