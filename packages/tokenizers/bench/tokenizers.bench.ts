import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { tokenizerNames } from "../test/files.ts";
import { cpuMs, createRivals, loadTimes } from "./rivals.ts";
import { benchTexts } from "./texts.ts";

const pieceUnits = 10_000;
const warmUpUnits = 60_000;
const warmUpRounds = 4;
/** On some vocabularies, where it would take minutes. */
const superlinear = "@huggingface/tokenizers";
const mostRivalUnits = 200_000;

/** Encodes text that was not seen before, in pieces as messages come, and prints megabytes per CPU second and the ratio to each rival. */
async function tokenizers(): Promise<void> {
  const texts = benchTexts(fileURLToPath(new URL("../../../node_modules/.pnpm", import.meta.url)));
  process.stdout.write(`load average ${loadavg()[0]?.toFixed(1)}; MB per CPU second, in brackets how many times faster tenfold is\n`);
  for (const name of tokenizerNames) {
    const { rustMs, compactMs, compactBytes } = await loadTimes(name);
    process.stdout.write(
      `\n${name}: load ${compactMs.toFixed(0)} ms from ${(compactBytes / 1e6).toFixed(1)} MB, Rust ${rustMs.toFixed(0)} ms (${(rustMs / compactMs).toFixed(1)})\n`,
    );
    const rivals = await createRivals(name);
    // Other text than what is measured: the engine has compiled what it runs, and no word cache knows the words.
    const warmUp = Object.values(texts).map((text) => text.slice(-warmUpUnits));
    for (const { name: rival, encode } of rivals) {
      for (let round = 0; round < (rival === superlinear ? 1 : warmUpRounds); round += 1) {
        for (const text of warmUp) await encode(rival === superlinear ? text.slice(0, pieceUnits) : text);
      }
    }
    for (const [kind, whole] of Object.entries(texts)) {
      const speeds: string[] = [];
      let ours = 0;
      for (const rival of rivals) {
        const text = whole.slice(0, rival.name === superlinear ? mostRivalUnits : -warmUpUnits);
        const pieces = Array.from({ length: Math.ceil(text.length / pieceUnits) }, (_, index) => text.slice(index * pieceUnits, (index + 1) * pieceUnits));
        const start = cpuMs();
        for (const piece of pieces) await rival.encode(piece);
        const speed = new TextEncoder().encode(text).length / 1000 / (cpuMs() - start);
        if (rival.name === "tenfold") ours = speed;
        speeds.push(`${rival.name} ${speed.toFixed(2)}${rival.name === "tenfold" ? "" : ` (${(ours / speed).toFixed(1)})`}`);
      }
      process.stdout.write(`  ${kind.padEnd(13)}${speeds.join(" · ")}\n`);
    }
  }
}

await tokenizers();
