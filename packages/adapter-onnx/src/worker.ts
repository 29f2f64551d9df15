import { runWorker } from "@tenfold/host/browser";
import { createBrowserAdapter } from "./web/create-browser-adapter.ts";

runWorker(createBrowserAdapter);
