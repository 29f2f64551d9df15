import { type Adapter, createUnavailableAdapter } from "@tenfold/core";
import type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";
import { liteRtLmProfile, liteRtProfile } from "./profile.ts";

export type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";

/** LiteRT where there is no binding for it: says so, and why. */
export function liteRt(_options: LiteRtOptions = {}): Adapter {
  return createUnavailableAdapter(liteRtProfile);
}

/** LiteRT-LM where there is no binding for it: says so, and why. */
export function liteRtLm(_options: LiteRtLmOptions = {}): Adapter {
  return createUnavailableAdapter(liteRtLmProfile);
}
