import { runHost } from "@tenfold/host/node";
import { picoLlm } from "../src/node.ts";

runHost({ picoLlm });
