export type { Fault, Misbehaviour } from "./fault.ts";
export { type FileServer, type FileServerOptions, type ServedRequest, startFileServer } from "./file-server.ts";
export type { HostedFile, HostedRepository } from "./hugging-face-repository.ts";
export { type HuggingFaceServer, type HuggingFaceServerOptions, startHuggingFaceServer } from "./hugging-face-server.ts";
