import { parentPort } from "node:worker_threads";
import { register } from "tsx/esm/api";
import { scriptedModel } from "./scripted-model.mjs";

register();
const { serveModel } = await import("../src/serve-model.ts");

parentPort.once("message", ({ port }) => serveModel(scriptedModel().model, port));
