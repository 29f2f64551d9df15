import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeConformanceInPage } from "@tenfold/adapter-testkit/vitest";
import { needsChromium, openPage } from "@tenfold/tooling/browser";
import { needFullTests } from "@tenfold/tooling/requirement";

const tinyFolder = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny", import.meta.url));
const wasmFolder = join(dirname(createRequire(import.meta.url).resolve("@litertjs/core")), "../wasm");

const filesOf = (folder: string, at: string) => Object.fromEntries(readdirSync(folder).map((name) => [`${at}${name}`, join(folder, name)]));
const files = {
  ...filesOf(wasmFolder, "/litert/"),
  ...filesOf(join(tinyFolder, "tflite"), "/tiny/tflite/"),
  ...filesOf(join(tinyFolder, "hf"), "/tiny/hf/"),
  "/tiny/reference.json": join(tinyFolder, "reference.json"),
};

describeConformanceInPage({
  name: "tenfold-tiny f16.tflite in Chromium",
  framework: "litert",
  form: { precision: "F16", platform: "Chromium", through: "WebAssembly", needs: "chromium", difference: 0.05, perplexity: 1.05 },
  async page() {
    const opened = await openPage("/", { scripts: [new URL("./page.ts", import.meta.url)], files });
    return (
      opened && {
        run: (id: string) =>
          opened.page.evaluate((one) => globalThis.conformancePage?.run(one) ?? { outcome: "failed" as const, error: "The page shows no cases." }, id),
        close: () => opened.close(),
      }
    );
  },
  beforeEach(context) {
    needFullTests(context);
    needsChromium(context);
  },
});
