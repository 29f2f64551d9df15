export { roleOf } from "./companions.ts";
export type { HubClient } from "./hub-client.ts";
export { createHuggingFaceSource, type HuggingFaceOptions, type HuggingFaceSource, type OpenedRepository, publicHub } from "./hugging-face-source.ts";
