import type { LoadedModel } from "@tenfold/core";

export declare function scriptedModel(): {
  model: LoadedModel;
  record: { pulled: number; aborted: number; returned: number; disposed: number; trimmed: number };
};
