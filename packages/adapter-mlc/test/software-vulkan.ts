import { existsSync } from "node:fs";
import { need } from "@tenfold/tooling/requirement";
import type { TestContext } from "vitest";

const folder = "/usr/lib/chromium";
const driver = `${folder}/vk_swiftshader_icd.json`;

/** Makes Dawn find the GPU in software that Chromium brings, in a process that starts with it. */
export const softwareVulkan = { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: folder };

export const needsSoftwareVulkan = (context: TestContext) => need(context, "swiftshader", existsSync(driver), "apt-get install -y chromium");
