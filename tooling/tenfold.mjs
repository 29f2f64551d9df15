#!/usr/bin/env node
// `npx tenfold …` in a clone: the command line from its sources, with what it needs installed on first use.
import { nodeProblem } from "./bootstrap/check-node.mjs";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(`tenfold: ${problem}`);
  process.exit(1);
}
import("./bootstrap/tasks.mjs").then((tasks) => tasks.runTask("tenfold", process.argv.slice(2)));
