// How long onnxruntime-node alone takes to load the model.
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";

const task = JSON.parse(process.argv[2]);
const begin = performance.now();
const session = await InferenceSession.create(join(task.folder, "model.onnx"), { intraOpNumThreads: task.threads, logSeverityLevel: 3 });
process.stdout.write(`${JSON.stringify({ loadMs: performance.now() - begin, runs: [] })}\n`);
await session.release();
