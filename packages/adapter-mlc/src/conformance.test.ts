import { existsSync } from "node:fs";
import { installedFromFiles } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { inject } from "vitest";
import { givenFiles, givenModel, libraryOptions, needsGivenModel } from "../test/given-model.ts";
import { softwareVulkan } from "../test/software-vulkan.ts";
import { mlc } from "./node.ts";

// A machine with a driver of its own takes that.
const { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraries = "" } = process.env;
const environment = driver ? { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraries } : existsSync(softwareVulkan.VK_ICD_FILENAMES) ? softwareVulkan : {};

describeConformance({
  name: "a model that is given, in Node",
  adapter: mlc({ hostEntry: inject("hostEntry"), environment }),
  model: async () => givenModel && installedFromFiles(Object.values(givenFiles(givenModel)), "mlc"),
  loadOptions: givenModel ? { isolation: "host", ...libraryOptions(givenModel.library, givenModel.library) } : {},
  beforeEach: needsGivenModel,
});
