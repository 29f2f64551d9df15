import { runHost } from "@tenfold/host/node";
import { openSequences } from "./open-sequences.ts";

// A host that computes logits and nothing else, as those in other languages do.
runHost({ onnxLogits: () => ({ loadLogits: openSequences }) });
