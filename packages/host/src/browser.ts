export { type InWorkerOptions, inWorker } from "./browser/in-worker.ts";
export { runWorker } from "./browser/run-worker.ts";
