import type { Accelerator } from "@tenfold/catalog";
import type { InferenceSession, Tensor, TypedTensor } from "onnxruntime-common";
import type { NativeLoadOptions, NativeSession, NativeTensor, TensorData, ValueInfo } from "../binding.ts";
import { elementsOf } from "../tensor-types.ts";

/** What onnxruntime-node and onnxruntime-web have in common. */
export type OnnxRuntime = typeof import("onnxruntime-common");

/** Execution providers by the names that they have in JavaScript. What one cannot compute, the CPU does. */
const providers: Partial<Record<Accelerator, string>> = { "core-ml": "coreml", directml: "dml" };

/**
 * A session through ONNX Runtime's JavaScript interface. It copies every output, and a pass cannot be interrupted.
 * @param pause what to wait for before a pass, where passes leave no time for anything else.
 */
export async function loadThroughJavaScript(
  ort: OnnxRuntime,
  { threads, optimization, accelerator }: NativeLoadOptions,
  open: (options: InferenceSession.SessionOptions) => Promise<InferenceSession>,
  pause: () => Promise<void> = async () => {},
): Promise<NativeSession> {
  const session = await open({
    executionProviders: accelerator === "cpu" ? ["cpu"] : [providers[accelerator] ?? accelerator, "cpu"],
    intraOpNumThreads: threads,
    graphOptimizationLevel: optimization,
    logSeverityLevel: 3,
  });
  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    // Given outputs are copied in onnxruntime-node and come back as zeros in onnxruntime-web.
    writesInPlace: false,
    createTensor: (type, shape, data) => wrap(new ort.Tensor(type as "float32", (data ?? empty(type, shape)) as Float32Array, shape)),
    async run({ inputNames, inputs, outputNames }, signal) {
      await pause();
      signal?.throwIfAborted();
      const feeds = Object.fromEntries(inputNames.map((name, index) => [name, (inputs[index] as Wrapped).tensor]));
      const results = await session.run(feeds, outputNames);
      // Caches stay where they were computed; all else is looked at here.
      for (const name of outputNames) if (!isCache(name) && results[name] && isOnDevice(results[name])) await results[name].getData(true);
      const tensors = outputNames.map((name) => wrap(results[name] as Tensor));
      if (signal?.aborted) for (const tensor of tensors) tensor.dispose();
      signal?.throwIfAborted();
      return tensors;
    },
    dispose: () => session.release(),
  };
}

const isCache = (name: string) => /^present/.test(name);

interface Wrapped extends NativeTensor {
  readonly tensor: Tensor;
}

function wrap(tensor: Tensor): Wrapped {
  return {
    tensor,
    type: tensor.type,
    shape: tensor.dims,
    bytes() {
      return isOnDevice(tensor) ? undefined : bytesOf((tensor as TypedTensor<"float32">).data);
    },
    ...(isOnDevice(tensor) ? { download: async () => bytesOf((await (tensor as TypedTensor<"float32">).getData(true)) as Float32Array) } : {}),
    dispose: () => tensor.dispose(),
  };
}

const isOnDevice = ({ location }: Tensor) => location !== "cpu" && location !== "cpu-pinned";

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

function empty(type: string, shape: readonly number[]): TensorData {
  const elements = elementsOf(shape);
  // Newer engines have an array for half floats, and onnxruntime then takes nothing else.
  const Half = (globalThis as { Float16Array?: new (length: number) => TensorData }).Float16Array ?? Uint16Array;
  return type === "float16" ? new Half(elements) : new Float32Array(elements);
}

function describe(value: InferenceSession.ValueMetadata): ValueInfo {
  return { name: value.name, type: value.isTensor ? value.type : undefined, shape: value.isTensor ? value.shape : [] };
}
