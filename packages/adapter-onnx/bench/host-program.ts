import { runHost } from "@tenfold/host/node";
import { onnx } from "../src/node.ts";

runHost({ onnx });
