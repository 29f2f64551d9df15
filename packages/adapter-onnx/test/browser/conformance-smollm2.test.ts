import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { describeConformanceInPage } from "@tenfold/adapter-testkit/vitest";
import { convertModel } from "@tenfold/convert";
import { createNodeFiles } from "@tenfold/core/node";
import { needsChromium } from "@tenfold/tooling/browser";
import { fullTests, need, needFullTests } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { openConformance } from "./open-page.ts";

const { path, reason } = await smollm2();

describeConformanceInPage({
  name: "SmolLM2 135M, converted, in Chromium",
  async page() {
    if (!fullTests || path === undefined) return undefined;
    const home = await mkdtemp(join(tmpdir(), "tenfold-onnx-"));
    const { files } = await installedFromFile(path, "gguf");
    await convertModel({ files, to: "onnx", target: createNodeFiles(home), folder: "smollm2" });
    const names = (await readdir(join(home, "smollm2"))).sort((one, other) => Number(other === "model.onnx") - Number(one === "model.onnx"));
    const served = names.map((name) => [`/smollm2/${name}`, join(home, "smollm2", name)] as const);
    const opened = await openConformance(`/?files=${served.map(([address]) => address).join(",")}&threads=1`, { files: Object.fromEntries(served) });
    return (
      opened && {
        run: opened.run,
        async close() {
          await opened.close();
          await rm(home, { recursive: true });
        },
      }
    );
  },
  beforeEach(context) {
    needFullTests(context);
    need(context, "smollm2", path !== undefined, reason ?? "");
    needsChromium(context);
  },
});
