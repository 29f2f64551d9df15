import { writeFileSync } from "node:fs";
import { catalogJsonSchema } from "../dist/json-schema.js";

writeFileSync(new URL("../dist/schema.json", import.meta.url), `${JSON.stringify(catalogJsonSchema(), null, 2)}\n`);
