import { disposalCases } from "./cases/disposal.ts";
import { distanceCases } from "./cases/distance.ts";
import { loadingCases } from "./cases/loading.ts";
import { meaningCases } from "./cases/meaning.ts";
import { streamCases } from "./cases/stream.ts";
import { textCases } from "./cases/text.ts";
import { usageCases } from "./cases/usage.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** What every adapter does, whatever its framework. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...loadingCases,
  ...streamCases,
  ...textCases,
  ...usageCases,
  ...distanceCases,
  ...meaningCases,
  ...disposalCases,
];
