import { runHost } from "@tenfold/host/node";
import { collectRegularly } from "@tenfold/tooling/soak";
import { onnx } from "../src/node.ts";
import { openSequences } from "./open-sequences.ts";

collectRegularly();
// The second computes logits and nothing else, as hosts in other languages do.
runHost({ onnx, onnxLogits: () => ({ loadLogits: openSequences }) });
