// What `npm start`, `npm test` and the other root scripts run: plain Node, so that a fresh clone needs nothing else.
// This file parses on old versions of Node, to be able to refuse them in plain words.
import { nodeProblem } from "./bootstrap/check-node.mjs";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(`tenfold: ${problem}`);
  process.exit(1);
}
import("./bootstrap/tasks.mjs").then((tasks) => tasks.runTask(process.argv[2], process.argv.slice(3)));
