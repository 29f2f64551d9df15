import { fileURLToPath } from "node:url";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { AdapterContext } from "@tenfold/core";
import { silentLog } from "@tenfold/core";
import { addNativePart, nativePartName } from "@tenfold/core/native-parts";
import { nodePlatform } from "@tenfold/core/node";
import { need } from "@tenfold/tooling/requirement";
import type { TestContext } from "vitest";
import { liteRtLmPart } from "../src/parts.ts";

/** Where tests keep the library from run to run, beside the models that they fetch. */
export const liteRtLmHome = fileURLToPath(new URL("../../../.cache/native-parts", import.meta.url));

let reason = "";
const folder = await addNativePart(nodePlatform({ home: liteRtLmHome }), liteRtLmPart, { log: silentLog }).then(
  (part) => part.folder,
  (error: unknown) => {
    reason = String(error);
    return undefined;
  },
);

/** What an adapter is given where LiteRT-LM was added. */
export const liteRtLmContext: AdapterContext = { ...nodeContext(), nativeParts: new Map(folder ? [[nativePartName(liteRtLmPart), folder]] : []) };

export function needLiteRtLm(context: Pick<TestContext, "skip">): void {
  need(context, "litert-lm", folder !== undefined, `the wheel litert-lm-api by pip: ${reason}`);
}
