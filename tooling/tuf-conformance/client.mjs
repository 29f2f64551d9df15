#!/usr/bin/env node
// The client under test of the public TUF conformance suite: init, refresh, download.
import { register } from "tsx/esm/api";

register();
const { runClient } = await import("./run-client.ts");
process.exitCode = await runClient(process.argv.slice(2), (text) => process.stderr.write(text));
