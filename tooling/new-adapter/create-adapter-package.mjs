import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const template = fileURLToPath(new URL("template", import.meta.url));
const ending = ".template";

/**
 * Writes `packages/adapter-NAME`, which passes lint, types and the refusals of the conformance suite, and enters it in turbo.json.
 * All or nothing: a name that is no name, or is taken, changes no file.
 */
export function createAdapterPackage({ root, name, title }) {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name ?? "")) {
    throw new Error('A framework\'s name is lower case, with hyphens: npm run new-adapter -- my-framework "My Framework"');
  }
  const home = fileURLToPath(root);
  const folder = `packages/adapter-${name}`;
  if (existsSync(join(home, folder))) throw new Error(`${folder} is there already.`);
  const words = name.split("-").map((word) => word[0].toUpperCase() + word.slice(1));
  const values = { name, title: title ?? words.join(" "), Type: words.join(""), camel: words.join("")[0].toLowerCase() + words.join("").slice(1) };

  const draft = join(home, `${folder}.${process.pid}`);
  try {
    for (const path of filesIn(template)) {
      const target = join(draft, path.slice(0, -ending.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, filled(readFileSync(join(template, path), "utf8"), values));
    }
    renameSync(draft, join(home, folder));
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  enterInTurbo(join(home, "turbo.json"), `@tenfold/adapter-${name}#build`);
  return { folder, next: ["npm run setup", "npm run pages", "npm run format", `npm test -- adapter-${name}`] };
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true }).filter((path) => path.endsWith(ending));
}

function filled(text, values) {
  return text.replace(/__(name|title|Type|camel)__/g, (_, key) => values[key]);
}

/** What is packed is built before the tests that pack it; they hold the order of names. */
function enterInTurbo(file, task) {
  const text = readFileSync(file, "utf8");
  const list = /("@tenfold\/tooling#test": \{\s*"dependsOn": \[)([^\]]*)(\])/;
  const [, , names] = list.exec(text) ?? [];
  if (names === undefined) throw new Error("turbo.json has no list of what @tenfold/tooling#test depends on.");
  const sorted = [...new Set([...JSON.parse(`[${names}]`), task])].sort();
  const draft = `${file}.${process.pid}`;
  writeFileSync(
    draft,
    text.replace(list, (_, before, __, after) => `${before}\n${sorted.map((one) => `        ${JSON.stringify(one)}`).join(",\n")}\n      ${after}`),
  );
  renameSync(draft, file);
}
