// Proves that the starter catalog invents nothing: npm run check-starter --prefix apps/hub-web
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register();
const { checkStarter } = await import("../src/starter/check-starter.ts");
const { readStarterFacts } = await import("../src/starter/starter-facts.ts");
const { readStarter } = await import("../src/starter/read-starter.ts");
const folder = fileURLToPath(new URL("../starter", import.meta.url));
const starter = await readStarter(folder);
const problems = checkStarter(starter, await readStarterFacts(folder));
const artifacts = starter.models.flatMap(({ variants }) => variants.flatMap((variant) => variant.artifacts));
const count = (test) => artifacts.filter(test).length;
for (const problem of problems) console.error(problem);
console.log(
  `${starter.models.length} models, ${starter.models.reduce((sum, { variants }) => sum + variants.length, 0)} variants, ${artifacts.length} files: ` +
    `${count(({ file }) => file)} read here, ${count(({ sha256 }) => sha256)} with a claimed digest, ${count(({ sizeBytes }) => sizeBytes)} with a claimed size; ${problems.length} without a trace`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
