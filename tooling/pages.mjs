// Writes the pages that are made from data: `npm run pages`. With `-- --record` what the tests' last runs here measured is recorded first.
import { writeFileSync } from "node:fs";
import { register } from "tsx/esm/api";

register();
const { generatedPages } = await import("./pages/pages.ts");
const { recordedRows, withLastRuns } = await import("./pages/same-tokens.ts");
const write = (path, text) => writeFileSync(new URL(`../${path}`, import.meta.url), text);
const before = recordedRows();
const rows = process.argv.includes("--record") ? withLastRuns(before) : before;
if (rows !== before) write("docs/same-tokens.json", `${JSON.stringify(rows, null, 2)}\n`);
for (const [path, text] of await generatedPages(rows)) write(path, text);
