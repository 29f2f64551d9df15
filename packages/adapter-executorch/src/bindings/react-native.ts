import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile } from "@tenfold/core";
import type { LogitsSequences } from "@tenfold/host";
import type { Binding, NativeLoadRequest } from "../binding.ts";
import { readProgramLayout } from "../program-layout.ts";
import { createProgramSequence, type LoadedProgram, type ProgramRuntime } from "../program-sequence.ts";

/** Delegates by platform that react-native-executorch can be built with; which it was built with, it does not say. */
const delegatesOf: Readonly<Record<string, readonly string[]>> = {
  ios: ["XnnpackBackend", "CoreMLBackend", "MLXBackend"],
  android: ["XnnpackBackend", "VulkanBackend"],
};

/** ExecuTorch through react-native-executorch, which installs itself into the JavaScript engine when it is imported, on first use. */
export function createReactNativeBinding(importRuntime: () => Promise<ProgramRuntime> = () => import("react-native-executorch")): Binding {
  return {
    async open({ platform }) {
      const runtime = await importRuntime();
      return {
        version: "react-native-executorch",
        notes: ["react-native-executorch; models that need a delegate which it was not built with are refused when they load"],
        delegates: delegatesOf[platform.os] ?? [],
        load: (request) => loadPrograms(runtime, request),
      };
    },
  };
}

/** One program for each sequence: its cache is inside. */
async function loadPrograms(runtime: ProgramRuntime, { program, options }: NativeLoadRequest): Promise<LogitsSequences> {
  const path = locationOf(program);
  const { signal } = options;
  const { method } = options.frameworkOptions;
  const loadProgram = runtime.wrapAsync(runtime.loadModel);
  const programs: LoadedProgram[] = [];
  async function dispose(): Promise<void> {
    for (const one of programs.splice(0)) one.dispose();
  }
  try {
    for (let number = 0; number < options.parallel; number += 1) {
      signal?.throwIfAborted();
      programs.push(await loadProgram(path));
      options.onProgress?.((number + 1) / options.parallel);
    }
    const [first, ...others] = programs.map((one) => {
      const layout = readProgramLayout(one.schema, method, (name) => constantOf(one, name));
      const contextSize = Math.min(options.contextSize ?? layout.contextSize, layout.contextSize);
      return createProgramSequence({ runtime, program: one, method, layout, contextSize });
    });
    if (!first) throw new TenfoldError("load-failed", "No program was loaded.", { framework: "executorch" });
    return {
      sequences: [first, ...others],
      // The package does not account for itself; what delegates pack is about what the file holds.
      memory: () => ({ weightsBytes: program.sizeBytes, kvCacheBytes: 0, computeBytes: first.vocabularySize * 4 * options.parallel }),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** What a method without inputs gives, where it is a whole number. */
function constantOf(program: LoadedProgram, name: string): number | undefined {
  if (program.schema[name]?.inputs.length !== 0) return undefined;
  const [value] = program.execute(name, [], []);
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

function locationOf({ path, location }: InstalledFile): string {
  const found = location?.();
  if (found === undefined) throw new TenfoldError("unsupported-format", `${path} has no place where native code can open it.`, { framework: "executorch" });
  return found;
}
