import { open } from "node:fs/promises";
import { readGguf } from "@tenfold/core/gguf";
import { estimateMemory, type MemoryOptions, type ModelShape, readGgufShape } from "@tenfold/core/hardware";
import { type GgmlType, getLlama, type LlamaContextOptions, LlamaLogLevel } from "node-llama-cpp";
import { type ContextMemory, readContextMemory } from "../src/context-memory.ts";
import { llamaCppMemory } from "../src/profile.ts";

export interface ContextCase {
  contextSize: number;
  batchTokens?: number;
  parallel?: number;
  fusedAttention?: false;
  keyType?: keyof typeof GgmlType;
  valueType?: keyof typeof GgmlType;
}

/** Bytes of one term: what llama.cpp says, and what was estimated. */
export interface ComparedTerm {
  term: "weights" | "cache" | "compute" | "total";
  stated: number;
  estimated: number;
}

const mebibyte = 1024 * 1024;
/** Of a smaller term a tenth is less than what the log rounds to, and what alignment adds. */
export const termFloorBytes = 64 * 1024;

export async function openComparison() {
  let lines: string[] = [];
  const logger = (_level: LlamaLogLevel, line: string) => void lines.push(line);
  const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, maxThreads: 0, logLevel: LlamaLogLevel.info, logger });

  /** What llama.cpp states of a context, once its log is there. */
  async function stated(totalBytes: number): Promise<ContextMemory> {
    for (let turn = 0; turn < 1000; turn += 1) {
      const memory = readContextMemory(lines, totalBytes);
      if (memory) return memory;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`llama.cpp's log does not add up to ${totalBytes} bytes:\n${lines.filter((line) => line.includes("buffer size")).join("\n")}`);
  }

  return {
    /** Loads a model once and makes each context. The estimate is from the header alone, for this processor's instructions. */
    async compare(
      path: string,
      cases: readonly ContextCase[],
      features: readonly string[],
      mapped = true,
    ): Promise<{ one: ContextCase; terms: ComparedTerm[] }[]> {
      const shape = await shapeOf(path);
      const model = await llama.loadModel({ modelPath: path, gpuLayers: 0, useMmap: mapped });
      const weightsBytes = model.memoryUsage.ram;
      const compared = [];
      for (const one of cases) {
        lines = [];
        const context = await model.createContext(contextOptions(one));
        const { cacheBytes, computeBytes } = await stated(context.memoryUsage.ram);
        await context.dispose();
        const options: MemoryOptions = { batchTokens: 128, ...one, features, mapped };
        const estimate = estimateMemory(shape, llamaCppMemory, options);
        const term = (...names: string[]) => estimate.terms.reduce((sum, { name, bytes }) => (names.includes(name) ? sum + bytes : sum), 0);
        compared.push({
          one,
          terms: [
            { term: "weights" as const, stated: weightsBytes, estimated: term("weights") },
            { term: "cache" as const, stated: cacheBytes, estimated: term("kv-cache", "recurrent-state") },
            { term: "compute" as const, stated: computeBytes, estimated: term("compute") },
            { term: "total" as const, stated: weightsBytes + cacheBytes + computeBytes, estimated: estimate.steadyBytes },
          ],
        });
      }
      await model.dispose();
      return compared;
    },
    close: () => llama.dispose(),
  };
}

function contextOptions({ contextSize, batchTokens = 128, parallel = 1, fusedAttention, keyType, valueType }: ContextCase): LlamaContextOptions {
  return {
    contextSize,
    batchSize: batchTokens,
    sequences: parallel,
    threads: 1,
    ...(fusedAttention === false ? { flashAttention: false } : {}),
    ...(keyType ? { experimentalKvCacheKeyType: keyType } : {}),
    ...(valueType ? { experimentalKvCacheValueType: valueType } : {}),
  };
}

async function shapeOf(path: string): Promise<ModelShape> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async ({ start, end }: { start: number; end: number }) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    };
    return await readGgufShape(await readGguf({ sizeBytes: size, read }));
  } finally {
    await file.close();
  }
}

/** What differs by more than a tenth in a term, or a twentieth in total. */
export function tooFarOff(terms: readonly ComparedTerm[]): ComparedTerm[] {
  return terms.filter(({ term, stated, estimated }) => {
    const offBytes = Math.abs(estimated - stated);
    return offBytes > Math.max(termFloorBytes, stated * (term === "total" ? 0.05 : 0.1));
  });
}

/** One line of the table in docs/memory.md. */
export function tableRow(
  name: string,
  { contextSize, batchTokens = 128, parallel = 1, fusedAttention, keyType, valueType }: ContextCase,
  terms: readonly ComparedTerm[],
): string {
  const settings = [
    `${contextSize}/${batchTokens}`,
    ...(parallel > 1 ? [`${parallel} answers`] : []),
    ...(fusedAttention === false ? ["attention not fused"] : []),
    ...(keyType ? [`${keyType}/${valueType}`] : []),
  ];
  const cells = terms.map(({ stated, estimated }) => {
    const off = stated === 0 ? 0 : (estimated / stated - 1) * 100;
    return `${(stated / mebibyte).toFixed(2)} (${Math.abs(off) < 0.05 ? "0" : off.toFixed(1)} %)`;
  });
  return `| ${name} | ${settings.join(", ")} | ${cells.join(" | ")} |`;
}
