#!/usr/bin/env node
import { existsSync } from "node:fs";

// In a checkout the sources run as they are; an installed package has only what was built from them.
const sources = new URL("../src/main.ts", import.meta.url);
if (existsSync(sources)) {
  const { register } = await import("tsx/esm/api");
  register();
  await import(sources.href);
} else {
  await import("../dist/main.js");
}
