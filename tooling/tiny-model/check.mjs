// Checks the GGUF files in llama.cpp and the template in @huggingface/jinja against reference.json.
// Usage: node check.mjs <folder whose node_modules has node-llama-cpp and @huggingface/jinja>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const models = join(dirname(fileURLToPath(import.meta.url)), "../../packages/adapter-testkit/models/tenfold-tiny");
const modules = resolve(process.argv[2] ?? ".");
const load = (name) => import(pathToFileURL(createRequire(join(modules, "package.json")).resolve(name)).href);
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(join(modules, "node_modules/node-llama-cpp/dist/index.js")).href);
const { Template } = await load("@huggingface/jinja");

const reference = JSON.parse(readFileSync(join(models, "reference.json"), "utf8"));
const template = new Template(readFileSync(join(models, "hf/chat_template.jinja"), "utf8"));
let failed = false;

function report(name, wrong, total, required) {
  console.log(`${name}: ${total - wrong.length} of ${total} equal`, wrong.join(" "));
  failed ||= required && wrong.length > 0;
}

const badlyRendered = reference.prompts.filter(
  ({ messages, templateOptions, promptText }) => template.render({ messages, ...templateOptions, add_generation_prompt: true }) !== promptText,
);
report(
  "template in @huggingface/jinja",
  badlyRendered.map(({ id }) => id),
  reference.prompts.length,
  true,
);

const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error });
const contextOptions = { contextSize: 512, threads: 1, flashAttention: false };

async function answer(sequence, prompt) {
  await sequence.clearHistory();
  const tokens = [];
  for await (const token of sequence.evaluate(prompt.promptTokens, { temperature: 0, yieldEogToken: true })) {
    tokens.push(token);
    if (tokens.length >= prompt.maxTokens || token === reference.endToken) break;
  }
  return tokens;
}

async function checkModel(file, required, lora) {
  const model = await llama.loadModel({ modelPath: join(models, file) });
  const context = await model.createContext({ ...contextOptions, lora: lora && join(models, lora) });
  const sequence = context.getSequence();
  const wrongIds = [],
    wrongAnswers = [];
  for (const prompt of reference.prompts) {
    if (model.tokenize(prompt.promptText, true).join() !== prompt.promptTokens.join()) wrongIds.push(prompt.id);
    const tokens = await answer(sequence, prompt);
    if (tokens.join() !== prompt.outputTokens.join()) wrongAnswers.push(prompt.id);
    if (lora && ["greeting", "capital-france", "sum-small"].includes(prompt.id)) {
      console.log(`  ${prompt.id}: ${JSON.stringify(model.detokenize(tokens, false))}`);
    }
  }
  if (!lora) report(`${file} token ids`, wrongIds, reference.prompts.length, true);
  report(`${file}${lora ? ` with ${lora}` : ""} answers`, wrongAnswers, reference.prompts.length, required);
  await model.dispose();
}

async function checkEncoder(file) {
  const { sentences } = JSON.parse(readFileSync(join(models, "encoder/reference.json"), "utf8"));
  const model = await llama.loadModel({ modelPath: join(models, file) });
  const context = await model.createEmbeddingContext({ contextSize: 64, threads: 1 });
  let lowest = 1;
  for (const { text, tokens, vector } of sentences) {
    const found = (await context.getEmbeddingFor(text)).vector;
    const length = (values) => Math.hypot(...values);
    const cosine = found.reduce((sum, value, index) => sum + value * vector[index], 0) / (length(found) * length(vector));
    lowest = Math.min(lowest, cosine);
    const ids = model.tokenize(text, false).join();
    if (ids !== tokens.slice(1, -1).join() && ids !== tokens.join()) console.log(`  other ids for "${text}": ${ids}, expected ${tokens.join()}`);
  }
  console.log(`${file}: lowest cosine to the reference ${lowest.toFixed(6)}`);
  failed ||= lowest < 0.999;
  await model.dispose();
}

for (const kind of ["f32", "f16"]) await checkModel(`gguf/tenfold-tiny-${kind}.gguf`, true);
for (const kind of ["q8_0", "q4_0", "q4_1"]) await checkModel(`gguf/tenfold-tiny-${kind}.gguf`, false);
await checkModel("draft/tenfold-tiny-draft-f16.gguf", false);
await checkModel("gguf/tenfold-tiny-f32.gguf", false, "lora/tenfold-tiny-pirate-lora-f16.gguf");
for (const kind of ["f32", "f16"]) await checkEncoder(`encoder/tenfold-tiny-encoder-${kind}.gguf`);
process.exit(failed ? 1 : 0);
