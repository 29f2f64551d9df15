import { runWorker } from "@tenfold/host/browser";
import { llamaAdapter } from "./llama-adapter.ts";

runWorker(llamaAdapter());
