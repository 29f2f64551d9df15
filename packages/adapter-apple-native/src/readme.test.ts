import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { tinyFolderModel } from "@tenfold/adapter-testkit/models";
import { openReadme } from "@tenfold/tooling/readme";
import { needFullTests } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { mlxContext, needMlx } from "../test/here-mlx.ts";
import { coreMlOptionsSchema } from "./core-ml/options.ts";
import { foundationModelsOptionsSchema } from "./foundation-models/foundation-models-adapter.ts";
import { frameworkOptionsSchema } from "./mlx/options.ts";

const { text, examples, run } = await openReadme(new URL("../README.md", import.meta.url));
const exampleWith = (words: string) => examples.find((one) => one.includes(words)) ?? "";

test("the example of MLX answers", async (context) => {
  needFullTests(context);
  needMlx(context);
  const files = (await tinyFolderModel()).files.map(({ path, location }) => [`tenfold-tiny/${basename(path)}`, location?.() ?? ""]);
  // The store of the tests has the part.
  const [part = ""] = mlxContext().nativeParts.values();
  const linked = `import { mkdirSync, symlinkSync } from "node:fs";
    mkdirSync("models");
    symlinkSync(${JSON.stringify(dirname(dirname(part)))}, "models/native-parts");\n`;
  expect((await run(linked + exampleWith("[mlx()]"), { files: Object.fromEntries(files) })).stdout).toBe("17 + 15 = 32.");
});

test("the example of Foundation Models loads the system's model, or says why not", async (context) => {
  needFullTests(context);
  if (process.platform === "darwin") context.skip("a Mac may have the model");
  expect((await run(exampleWith("foundationModelsManifest"))).stdout).toContain("Apple Foundation Models runs on Apple's systems only");
});

test("the example of React Native is a program, which wants the module when it is run", async (context) => {
  needFullTests(context);
  const called = `${exampleWith("applePlatform")}\ntry { openTenfold(); } catch (error) { console.log((error as Error).message); }`;
  expect((await run(called)).stdout).toContain("The Expo module TenfoldApple is not in this application.");
});

test("the README has a row for every option", async () => {
  const table = text.split("\n").filter((line) => line.startsWith("| `"));
  const factories = await readFile(new URL("./factory-options.ts", import.meta.url), "utf8");
  const options = [...factories.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name = ""]) => name);
  expect(options).toEqual(["hostPath", "python", "hostFolder"]);
  for (const schema of [coreMlOptionsSchema, frameworkOptionsSchema, foundationModelsOptionsSchema]) options.push(...Object.keys(schema.shape));
  for (const option of options)
    expect(
      table.filter((line) => line.startsWith(`| \`${option}\``)),
      option,
    ).toHaveLength(1);
});
