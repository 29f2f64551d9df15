import { tokenizers } from "./tokenizers.ts";

const benches: Readonly<Record<string, () => Promise<void>>> = { tokenizers };

const words = process.argv.slice(2);
const unknown = words.filter((word) => !(word in benches));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench called ${unknown.join(", ")}. Benches: ${Object.keys(benches).join(", ")}\n`);
  process.exit(1);
}
for (const word of words.length > 0 ? words : Object.keys(benches)) await benches[word]?.();
