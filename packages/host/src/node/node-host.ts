import { runHost } from "./run-host.ts";

runHost();
