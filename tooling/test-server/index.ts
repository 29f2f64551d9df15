export type { Fault, Misbehaviour } from "./fault.ts";
export { type FileServer, type FileServerOptions, type ServedRequest, startFileServer } from "./file-server.ts";
