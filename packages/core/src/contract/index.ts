export * from "./adapter.ts";
export * from "./events.ts";
export * from "./installed-model.ts";
export * from "./load-checks.ts";
export * from "./loaded-model.ts";
export * from "./log.ts";
export * from "./logits-model.ts";
export * from "./request.ts";
