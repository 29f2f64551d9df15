import { availableParallelism, cpus, loadavg } from "node:os";
import { createConstraintCompiler } from "../src/constraint/create-constraint-compiler.ts";
import { createRandomNumbers } from "../src/loop/sampling/random-numbers.ts";

const vocabularySize = 128_000;

/** Words, some with a space before them, numbers, punctuation and every byte: tokens of about the lengths that real vocabularies have. */
function createVocabulary() {
  const random = createRandomNumbers(1);
  const marks = ['"', '":', '",', '": ', "{", "}", "[", "]", '"}', "},", ":", ",", '{"', '":"', '","', '"]', " ", "\n", "  "];
  const spellings = new Set([...Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)), ...marks]);
  const letters = "etaoinshrdlucmfwypvbgkjqxz";
  while (spellings.size < vocabularySize - 1) {
    const length = 1 + Math.floor(random() * 5) + Math.floor(random() * 6);
    let word = random() < 0.5 ? " " : "";
    for (let index = 0; index < length; index += 1) word += letters.charAt(Math.floor(random() * random() * 26));
    if (random() < 0.05) word = String(Math.floor(random() * 1000));
    if (random() < 0.03) word += marks[Math.floor(random() * marks.length)];
    spellings.add(word);
  }
  const bytes = [...spellings].map((spelling) => Uint8Array.from(spelling, (character) => character.charCodeAt(0)));
  const endToken = vocabularySize - 1;
  return { size: vocabularySize, bytesOf: (token: number) => bytes[token] ?? new Uint8Array(0), isSpecial: (token: number) => token === endToken, endToken };
}

/** A person, with fifty properties of all kinds. */
function schemaOfFifty() {
  const kinds = [{ type: "string" }, { type: "integer" }, { type: "boolean" }, { type: "number" }, { type: "array", items: { type: "string" } }];
  const properties = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`property_${index}`, kinds[index % kinds.length]]));
  return { type: "object", properties, required: Object.keys(properties).filter((_, index) => index % 3 === 0) };
}

/** Prints what compiling costs, and what a mask costs at first and once it is warm. */
function constraint(): void {
  print(
    `Constraints: ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}, ${vocabularySize} tokens.`,
  );
  const vocabulary = createVocabulary();
  const compiler = createConstraintCompiler({ vocabulary, endTokens: [vocabulary.endToken] });
  const startedAt = performance.now();
  compiler.compile({ type: "pattern", pattern: "a" });
  print(`sorting the vocabulary, once             ${(performance.now() - startedAt).toFixed(0)} ms`);
  const schemas: [string, Record<string, unknown>][] = [
    ["a schema of 50 properties", schemaOfFifty()],
    ["any JSON", {}],
  ];
  for (const [name, schema] of schemas) {
    // Each time another schema, for the last ones are remembered.
    const compileRound = (round: number) => compiler.compile({ type: "json", schema: { ...schema, $comment: String(round) } });
    const compileMs = Math.min(...Array.from({ length: 7 }, (_, round) => timed(() => compileRound(round))));
    const compiled = compileRound(7);
    const cold = run(compiled, vocabulary, 2);
    run(compiled, vocabulary, 3);
    // Other texts than before, so that only what was learned of the grammar helps.
    const warm = run(compiled, vocabulary, 4);
    print(`${name}: compiled in ${compileMs.toFixed(1)} ms`);
    print(`  a token at first   ${figures(cold)}`);
    print(`  a token once warm  ${figures(warm)}`);
  }
  print("Goals: compiled within 50 ms, 100 µs a token once warm.");
}

/** Microseconds for each token of some answers of random tokens, mask and acceptance together. */
function run(
  constraint: ReturnType<ReturnType<typeof createConstraintCompiler>["compile"]>,
  vocabulary: ReturnType<typeof createVocabulary>,
  seed: number,
): number[] {
  const random = createRandomNumbers(seed);
  const taken: number[] = [];
  for (let answer = 0; answer < 30; answer += 1) {
    const matcher = constraint.start();
    for (let step = 0; step < 200 && !matcher.isComplete(); step += 1) {
      let startedAt = performance.now();
      const mask = matcher.mask() ?? new Uint32Array();
      let us = (performance.now() - startedAt) * 1000;
      const token = choose(mask, random);
      if (token === vocabulary.endToken) break;
      startedAt = performance.now();
      matcher.accept(token);
      us += (performance.now() - startedAt) * 1000;
      taken.push(us);
    }
  }
  return taken.sort((a, b) => a - b);
}

function choose(mask: Uint32Array, random: () => number): number {
  const start = Math.floor(random() * vocabularySize);
  // Quotes end strings that would never end by chance.
  if (random() < 0.3 && isAllowed(mask, 34)) return 34;
  for (let index = 0; index < vocabularySize; index += 1) if (isAllowed(mask, (start + index) % vocabularySize)) return (start + index) % vocabularySize;
  throw new Error("No token is allowed.");
}

function isAllowed(mask: Uint32Array, token: number): boolean {
  return (((mask[token >> 5] ?? 0) >>> (token & 31)) & 1) === 1;
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function figures(sorted: readonly number[]): string {
  const mean = sorted.reduce((sum, one) => sum + one, 0) / sorted.length;
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `mean ${mean.toFixed(1)} µs, median ${at(0.5)}, 99 of 100 within ${at(0.99)}, worst ${at(1)} (${sorted.length} tokens)`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

constraint();
