#!/usr/bin/env node
import { register } from "tsx/esm/api";

process.env.NEXT_TELEMETRY_DISABLED = "1";
// The server's sources are what runs: in the repository there is no build step that could be stale.
register();
const { main } = await import("../src/command/main.ts");
process.exit(await main(process.argv.slice(2)));
