import type { BlockLayout } from "./block-layout.ts";
import { kLayouts } from "./k-layouts.ts";
import { simpleLayouts } from "./simple-layouts.ts";

/** The quantizations that are held exactly, by the name of their type. */
export const blockLayouts: ReadonlyMap<string, BlockLayout> = new Map([...simpleLayouts, ...kLayouts].map((layout) => [layout.type, layout]));
