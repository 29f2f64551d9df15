/// <reference lib="dom" />
import type { Adapter } from "@tenfold/core";
import { createAdapter } from "../adapter.ts";
import { createBrowserBinding } from "../bindings/browser.ts";

/** The adapter for the page or worker that it is called in. @param wasm as in {@link OnnxOptions}. */
export function createBrowserAdapter(wasm?: string): Adapter {
  return createAdapter({
    binding: createBrowserBinding(wasm),
    now: () => performance.now(),
    random: Math.random,
    // Half of the logical cores are second threads of others, as a rule; the adapter leaves one more free.
    machine: () => ({ usableCores: globalThis.crossOriginIsolated ? (navigator.hardwareConcurrency >> 1) + 1 : 1, busy: 0 }),
  });
}
