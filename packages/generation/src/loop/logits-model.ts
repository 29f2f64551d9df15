export type { ForwardOptions, LogitsModel } from "@tenfold/core";
