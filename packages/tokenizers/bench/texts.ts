import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../test/corpus.ts";

const kindUnits = 1_000_000;
/** For the mixed text, so that it too was not seen before. */
const moreUnits = 350_000;
const mostUnits = kindUnits + moreUnits;

/** Files below a folder whose names end so, in order, until there is a megabyte. What is on this machine is text that nobody chose. */
function gather(folders: readonly string[], endings: readonly string[]): string {
  let text = "";
  const visit = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (text.length >= mostUnits) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (endings.some((ending) => entry.name.toLowerCase().endsWith(ending))) text += `${readFileSync(path, "utf8").slice(0, 50_000)}\n`;
    }
  };
  for (const folder of folders) visit(folder);
  return text.slice(0, mostUnits);
}

const alphabets: readonly (readonly [letters: string, space: string])[] = [
  ["абвгдежзийклмнопрстуфхцчшщъыьэюя", " "],
  ["的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生", ""],
  ["あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん日本語", ""],
  ["ابتثجحخدذرزسشصضطظعغفقكلمنهوي", " "],
  ["कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौ्", " "],
  ["가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오", " "],
  ["abcdefghijklmnopqrstuvwxyzäöüßéèçñåø", " "],
];

/** Words of seven scripts from a generator: no word list, so that nothing was seen before. */
function multilingual(): string {
  const random = createRandom(7);
  let text = "";
  while (text.length < kindUnits / 2 + moreUnits) {
    for (const [letters, space] of alphabets) {
      for (let word = 0; word < 40; word += 1) {
        for (let length = 1 + random(8); length > 0; length -= 1) text += letters.charAt(random(letters.length));
        text += space;
      }
      text += ". ";
    }
    text += "\n";
  }
  return text;
}

/** Text by kind, about a megabyte each. */
export function benchTexts(modules: string): Record<string, string> {
  const english = gather([modules], [".md"]);
  const code = gather([join(modules, "typescript@6.0.3"), modules], [".ts", ".mjs", ".js"]);
  const other = multilingual();
  const mixed = [english, code, other].map((text) => text.slice(-moreUnits)).join("\n");
  return { english: english.slice(0, kindUnits), code: code.slice(0, kindUnits), mixed, multilingual: other.slice(0, kindUnits / 2) };
}
