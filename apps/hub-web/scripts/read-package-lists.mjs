// Reads the lists of models that npm packages carry, as they are installed here, into starter/facts.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const factsFolder = new URL("../starter/facts/", import.meta.url);

/** The folder of a package as one of our adapters has it. */
function packageFolder(name, adapter) {
  const require = createRequire(new URL(`../../../packages/${adapter}/package.json`, import.meta.url));
  let folder = dirname(require.resolve(name));
  const wanted = name.replace(/\/package\.json$/, "");
  while (readName(folder) !== wanted) folder = dirname(folder);
  return folder;
}

function readName(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name;
  } catch {
    return undefined;
  }
}

const versionOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;

async function webLlm() {
  const folder = packageFolder("@mlc-ai/web-llm", "adapter-mlc");
  const { prebuiltAppConfig } = await import(pathToFileURL(join(folder, "lib/index.js")).href);
  const models = prebuiltAppConfig.model_list.map(({ model_id, model, model_lib }) => ({
    id: model_id,
    repository: new URL(model).pathname.slice(1),
    library: model_lib,
  }));
  return {
    package: "@mlc-ai/web-llm",
    version: versionOf(folder),
    what: "Its prebuilt configuration: model folders and the libraries compiled for them.",
    models,
  };
}

/** The package runs in React Native alone, so its source is read: addresses written as template strings over other constants. */
function reactNativeExecutorch() {
  const folder = packageFolder("react-native-executorch/package.json", "adapter-executorch");
  const source = readFileSync(join(folder, "src/models.ts"), "utf8");
  const constants = new Map([...source.matchAll(/^(?:export )?const (\w+) =\s*['`]([^'`]*)['`]/gm)].map(([, name, text]) => [name, text]));
  const resolve = (text, depth = 0) => {
    if (depth > 8) throw new Error(`${text} never ends`);
    const next = text.replace(/\$\{(\w+)\}/g, (_, name) => constants.get(name) ?? `\${${name}}`);
    return next === text ? text : resolve(next, depth + 1);
  };
  const models = [];
  for (const [, id, body] of source.matchAll(/^(?:export )?const (\w+): (?:LLMModel|TextEmbedderModel) = \{([\s\S]*?)^\};/gm)) {
    const addresses = [...body.matchAll(/(modelPath|tokenizerPath|tokenizerConfigPath):\s*['`]([^'`]*)['`]/g)].map(([, name, text]) => [name, resolve(text)]);
    const files = addresses.map(([name, address]) => {
      const [, repository, tag, path] = /^https:\/\/huggingface\.co\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(address) ?? [];
      if (path === undefined) throw new Error(`${id}: ${address} is not understood`);
      return { repository, tag, path, role: name === "modelPath" ? "weights" : name === "tokenizerPath" ? "tokenizer" : "configuration" };
    });
    models.push({ id, files });
  }
  if (models.length < 50) throw new Error(`only ${models.length} models were found: the package is written differently now`);
  return { package: "react-native-executorch", version: versionOf(folder), what: "Its constants for language models and text embedders.", models };
}

for (const [name, list] of [
  ["web-llm.json", await webLlm()],
  ["react-native-executorch.json", reactNativeExecutorch()],
]) {
  writeFileSync(new URL(name, factsFolder), `${JSON.stringify(list, undefined, 2)}\n`);
  console.log(`${fileURLToPath(new URL(name, factsFolder))}: ${list.models.length} models of ${list.package} ${list.version}`);
}
