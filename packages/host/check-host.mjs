// Checks a host in any language: node packages/host/check-host.mjs [--load load.json] COMMAND [ARGUMENT…]
import { readFileSync } from "node:fs";
import { register } from "tsx/esm/api";

const given = process.argv.slice(2);
const load = given[0] === "--load" ? JSON.parse(readFileSync(given.splice(0, 2)[1] ?? "", "utf8")) : undefined;
const [program, ...programArguments] = given;
if (!program) {
  console.error("usage: node packages/host/check-host.mjs [--load load.json] COMMAND [ARGUMENT…]");
  process.exit(2);
}

register();
const { checkHost } = await import("./src/node/check-host.ts");
const vectors = JSON.parse(readFileSync(new URL("../../docs/host-protocol-vectors.json", import.meta.url), "utf8"));
let problems = 0;
for await (const { name, problem } of checkHost({ program, arguments: programArguments, environment: process.env }, { vectors, load })) {
  console.log(problem === undefined ? `ok      ${name}` : `not ok  ${name}: ${problem}`);
  if (problem !== undefined) problems += 1;
}
process.exit(problems === 0 ? 0 : 1);
