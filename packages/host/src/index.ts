export { connectModel } from "./connect-model.ts";
export { type Hello, protocolVersion, type Request, type Response } from "./messages.ts";
export type { Port } from "./port.ts";
export { serveModel } from "./serve-model.ts";
export { throughChannel } from "./through-channel.ts";
