import { runWorker } from "@tenfold/host/browser";
import { mlc } from "../../src/browser.ts";

runWorker(mlc());
