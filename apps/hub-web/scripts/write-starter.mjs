// Writes starter/models.json from starter/sources.json, starter/own.json and starter/facts.
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register();
const { writeStarter } = await import("../src/starter/write-starter.ts");
const { models, variants } = await writeStarter(fileURLToPath(new URL("../starter", import.meta.url)));
console.log(`starter/models.json: ${models} models, ${variants} variants`);
