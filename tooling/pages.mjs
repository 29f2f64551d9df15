// Writes the pages that are made from data: `npm run pages`.
import { writeFileSync } from "node:fs";
import { register } from "tsx/esm/api";

register();
const { generatedPages } = await import("./pages/pages.ts");
for (const [path, text] of await generatedPages()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
