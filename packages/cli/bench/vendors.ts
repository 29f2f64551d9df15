import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { mlxPart } from "@tenfold/adapter-apple-native/parts";
import { executorchPart } from "@tenfold/adapter-executorch/parts";
import { liteRtLmPart } from "@tenfold/adapter-tflite/parts";
import type { Platform } from "@tenfold/core";
import { addNativePart, type NativePartRecipe, nativePartName } from "@tenfold/core/native-parts";
import { mlxLmAlone } from "../../adapter-apple-native/bench/install-mlx-lm.ts";
import { compileLoop } from "../../adapter-executorch/bench/compile-loop.ts";
import { compileNativeProgram } from "../../adapter-llamacpp/bench/native-program.ts";
import { openProgram } from "../../adapter-llamacpp/bench/open-program.ts";
import { installGenai } from "../../adapter-onnx/bench/install-peers.ts";
import { liteRtLmLibrary } from "../../adapter-tflite/src/parts.ts";
import { writePrompts } from "./contests.ts";
import type { SideFigures, SideTask } from "./side.ts";

const run = promisify(execFile);
const bench = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const parts: Readonly<Record<string, NativePartRecipe>> = { mlx: mlxPart, executorch: executorchPart, "litert-lm": liteRtLmPart };

/** The framework without Tenfold: who it is, and how it is measured; or why nobody is. */
export type VendorSide = { name: string; measure: () => Promise<SideFigures> } | { reason: string };

export interface VendorTask extends SideTask {
  /** The prompt's tokens. */
  ids: readonly number[];
  /** All files in one folder, made when it is asked for. */
  folder: () => Promise<string>;
}

export interface Vendors {
  /** What npm does not carry; undefined where it carries all. */
  nativePart(framework: string): Promise<{ name: string; folder: string } | { reason: string } | undefined>;
  sideOf(task: VendorTask): Promise<VendorSide>;
  close(): Promise<void>;
}

/** Everything that a vendor's side needs is fetched or compiled once, under .cache, and what cannot be had is said. */
export function createVendors(platform: Platform): Vendors {
  let llama: ReturnType<typeof compileNativeProgram> | undefined;

  const sides: Readonly<Record<string, (task: VendorTask) => Promise<VendorSide>>> = {
    async "llama.cpp"({ files, prompt, tokens, threads }) {
      llama ??= compileNativeProgram();
      const program = await llama;
      return {
        name: "llama.cpp in C++",
        async measure() {
          const opened = await openProgram(program.path, [files[0] ?? "", program.backends, String(threads), "512", String(tokens)]);
          try {
            return { loadMs: opened.loadMs, decodeTokensPerSecond: await opened.decode(prompt) };
          } finally {
            await opened.close();
          }
        },
      };
    },
    async "onnx-runtime"(task) {
      const peer = await installGenai();
      return "reason" in peer ? peer : { name: "onnxruntime-genai", measure: () => promptSide(peer.path, bench("adapter-onnx/bench/sides/genai.py"), task) };
    },
    async mlx(task) {
      const peer = await mlxLmAlone();
      return "reason" in peer
        ? peer
        : { name: "mlx-lm", measure: () => promptSide(peer.python, bench("adapter-apple-native/bench/sides/mlx_lm_alone.py"), task) };
    },
    async executorch({ files, ids, tokens, threads }) {
      const loop = await compileLoop(platform);
      return {
        name: "ExecuTorch in C++",
        measure: async () => withPrefill(await figuresOf(loop, [files[0] ?? "", String(threads), String(tokens), ...ids.map(String)]), ids.length),
      };
    },
    async "litert-lm"({ files, ids, tokens, threads, nativeParts }) {
      const library = liteRtLmLibrary(nativeParts[nativePartName(liteRtLmPart)] ?? "", process.platform);
      const words = [bench("cli/bench/sides/litert-lm.mjs"), library, files[0] ?? "", String(ids.length), String(tokens), String(threads)];
      return { name: "LiteRT-LM's benchmark", measure: () => figuresOf(process.execPath, words) };
    },
  };

  return {
    async nativePart(framework) {
      const recipe = parts[framework];
      if (!recipe) return undefined;
      try {
        return { name: nativePartName(recipe), folder: (await addNativePart(platform, recipe)).folder };
      } catch (error) {
        return { reason: told(error) };
      }
    },
    async sideOf(task) {
      const side = sides[task.framework];
      if (!side) return { reason: "there is no program for text beside it" };
      return side(task).catch((error: unknown) => ({ reason: told(error) }));
    },
    async close() {
      await (await llama?.catch(() => undefined))?.remove();
    },
  };
}

/** A side that opens a folder and reads its prompts from a file, as those of single frameworks' benches do. */
async function promptSide(program: string, script: string, task: VendorTask): Promise<SideFigures> {
  const folder = await task.folder();
  const prompts = await writePrompts(`${folder}-prompts`, task.prompt, task.ids);
  const { loadMs, runs } = (await figuresOf(program, [script, JSON.stringify({ folder, prompts, tokens: task.tokens, threads: task.threads })])) as {
    loadMs: number;
    runs: SideFigures[];
  };
  return withPrefill({ loadMs, ...runs[0] }, task.ids.length);
}

function withPrefill(figures: SideFigures, promptTokens: number): SideFigures {
  const { timeToFirstTokenMs } = figures;
  return timeToFirstTokenMs === undefined ? figures : { ...figures, prefillTokensPerSecond: (promptTokens * 1000) / timeToFirstTokenMs };
}

async function figuresOf(program: string, words: readonly string[]): Promise<SideFigures> {
  const { stdout } = await run(program, words, { cwd: bench("cli"), maxBuffer: 1 << 26 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as SideFigures;
}

const told = (error: unknown) => (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
