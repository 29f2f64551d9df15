import { describeConformanceInPage } from "@tenfold/adapter-testkit/vitest";
import { needsChromium, openPage, softwareWebgpu } from "@tenfold/tooling/browser";
import { givenFiles, givenModel, libraryOptions, needsGivenModel } from "../given-model.ts";

describeConformanceInPage({
  name: "a model that is given, in Chromium",
  async page() {
    if (!givenModel) return undefined;
    const model = givenFiles(givenModel);
    const options = encodeURIComponent(JSON.stringify(libraryOptions("/library.wasm", givenModel.library)));
    const opened = await openPage(
      `/?files=${Object.keys(model).join(",")}&options=${options}`,
      {
        scripts: [new URL("./page.ts", import.meta.url)],
        files: { "/library.wasm": givenModel.library, ...Object.fromEntries(Object.entries(model).map(([name, path]) => [`/model/${name}`, path])) },
      },
      softwareWebgpu,
    );
    return (
      opened && {
        run: (id) =>
          opened.page.evaluate((one) => globalThis.conformancePage?.run(one) ?? { outcome: "failed" as const, error: "The page shows no cases." }, id),
        close: () => opened.close(),
      }
    );
  },
  beforeEach(context) {
    needsGivenModel(context);
    needsChromium(context);
  },
});
