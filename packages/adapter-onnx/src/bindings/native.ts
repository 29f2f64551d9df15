import type { NativeLoadOptions, NativeSession, NativeTensor, TensorData, ValueInfo } from "../binding.ts";
import { elementsOf, elementTypes, sizeBytesOf, typeOfNumber } from "../tensor-types.ts";
import type { Address, CApi, FunctionName } from "./c-api.ts";
import { useAccelerator } from "./native-accelerators.ts";

/** What a process needs once of the library. */
export interface NativeRuntime {
  readonly api: CApi;
  readonly env: Address;
  readonly memory: Address;
  readonly allocator: Address;
}

const errorsOnly = 3;
/** A longer pass gains nothing by the thread that it has, and lets the events of the last token wait. */
const briefMs = 30;
/** What other processes sent is read between two immediates. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
const levels = { disabled: 0, basic: 1, extended: 2, all: 99 } as const;

export function startRuntime(api: CApi): NativeRuntime {
  return {
    api,
    env: api.get("CreateEnv", errorsOnly, "tenfold"),
    memory: api.get("CreateCpuMemoryInfo", 0, 0),
    allocator: api.get("GetAllocatorWithDefaultOptions"),
  };
}

/**
 * A session through the C API: nothing is copied, passes run off the event loop and can be interrupted. With `ownThread`, those of a single token
 * keep this thread: going through Node's pool and back costs a fifteenth of a small model's token.
 */
export async function loadThroughCApi(
  runtime: NativeRuntime,
  path: string,
  { threads, optimization, accelerator, ownThread = false }: NativeLoadOptions,
): Promise<NativeSession> {
  const { api, env } = runtime;
  const options = api.get("CreateSessionOptions");
  let session: Address;
  try {
    api.call("SetIntraOpNumThreads", options, threads);
    api.call("SetSessionGraphOptimizationLevel", options, levels[optimization]);
    api.call("SetSessionLogSeverityLevel", options, errorsOnly);
    useAccelerator(api, options, accelerator);
    session = await api.getAsync("CreateSession", env, path, options);
  } finally {
    api.release("ReleaseSessionOptions", options);
  }
  let lastBriefMs = 0;
  const encoded = new WeakMap<readonly string[], { addresses: BigUint64Array; texts: readonly Uint8Array[] }>();

  function namesOf(names: readonly string[]): BigUint64Array {
    let known = encoded.get(names);
    if (!known) {
      const texts = names.map((name) => new TextEncoder().encode(`${name}\0`));
      known = { texts, addresses: BigUint64Array.from(texts, (text) => api.address(text)) };
      encoded.set(names, known);
    }
    return known.addresses;
  }

  return {
    inputs: [
      ...values(runtime, session, "Input"),
      ...values(runtime, session, "OverridableInitializer").map((value) => ({ ...value, optional: true as const })),
    ],
    outputs: values(runtime, session, "Output"),
    // Elsewhere what is given is copied to the device and back.
    writesInPlace: accelerator === "cpu",
    createTensor: (type, shape, data) => createTensor(runtime, type, shape, data),
    async run({ inputNames, inputs, outputNames, outputs, brief }, signal) {
      const here = ownThread && brief === true && lastBriefMs < briefMs;
      // What arrived during the last token has its turn: a cancel above all.
      if (here) await nextTurn();
      signal?.throwIfAborted();
      const names = [namesOf(inputNames), namesOf(outputNames)] as const;
      const given = BigUint64Array.from(inputs, addressOf);
      const results = BigUint64Array.from(outputs, (output) => (output ? addressOf(output) : 0n));
      const runOptions = api.get("CreateRunOptions");
      const terminate = () => api.call("RunOptionsSetTerminate", runOptions);
      signal?.addEventListener("abort", terminate, { once: true });
      const beganAtMs = performance.now();
      try {
        const call = ["Run", session, runOptions, names[0], given, given.length, names[1], results.length, results] as const;
        if (here) api.call(...call);
        else await api.callAsync(...call);
        if (brief) lastBriefMs = performance.now() - beganAtMs;
        signal?.throwIfAborted();
      } catch (error) {
        for (const [index, value] of results.entries()) if (!outputs[index] && value) api.release("ReleaseValue", value);
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener("abort", terminate);
        api.release("ReleaseRunOptions", runOptions);
      }
      return outputs.map((output, index) => output ?? wrap(runtime, results[index] ?? 0n));
    },
    async dispose() {
      api.release("ReleaseSession", session);
    },
  };
}

interface Wrapped extends NativeTensor {
  readonly value: Address;
}

const addressOf = (tensor: NativeTensor) => (tensor as Wrapped).value;

function createTensor(runtime: NativeRuntime, type: string, shape: readonly number[], data?: TensorData): Wrapped {
  const { api, memory, allocator } = runtime;
  const dimensions = BigInt64Array.from(shape, BigInt);
  const number = elementTypes.get(type)?.number ?? 0;
  const value = data
    ? api.get("CreateTensorWithDataAsOrtValue", memory, data, data.byteLength, dimensions, shape.length, number)
    : api.get("CreateTensorAsOrtValue", allocator, dimensions, shape.length, number);
  return describeTensor(runtime, value, type, shape, data);
}

/** A tensor that the library made. */
function wrap(runtime: NativeRuntime, value: Address): Wrapped {
  const { api } = runtime;
  const info = api.get("GetTensorTypeAndShape", value);
  const { type, shape } = readShape(runtime, info);
  api.release("ReleaseTensorTypeAndShapeInfo", info);
  return describeTensor(runtime, value, type ?? "", shape.map(Number));
}

/** @param _data memory under the tensor, kept as long as the tensor is. */
function describeTensor({ api }: NativeRuntime, value: Address, type: string, shape: readonly number[], data?: TensorData): Wrapped {
  let disposed = false;
  return {
    value,
    type,
    shape,
    bytes() {
      if (data) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return api.view(api.get("GetTensorMutableData", value), elementsOf(shape) * sizeBytesOf(type));
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      api.release("ReleaseValue", value);
    },
  };
}

function values(runtime: NativeRuntime, session: Address, side: "Input" | "OverridableInitializer" | "Output"): ValueInfo[] {
  const { api, allocator } = runtime;
  const count = Number(api.get(`SessionGet${side}Count` as FunctionName, session));
  return Array.from({ length: count }, (_, index) => {
    const at = api.get(`SessionGet${side}Name` as FunctionName, session, index, allocator);
    const name = api.text(at);
    api.call("AllocatorFree", allocator, at);
    const info = api.get(`SessionGet${side}TypeInfo` as FunctionName, session, index);
    // A view into `info`, which is released; null for what is no tensor.
    const tensor = api.get("CastTypeInfoToTensorInfo", info);
    const described = tensor ? readShape(runtime, tensor) : { type: undefined, shape: [] };
    api.release("ReleaseTypeInfo", info);
    return { name, ...described };
  });
}

function readShape({ api }: NativeRuntime, info: Address): Pick<ValueInfo, "type" | "shape"> {
  const type = typeOfNumber(Number(api.get("GetTensorElementType", info)));
  const count = Number(api.get("GetDimensionsCount", info));
  const lengths = new BigInt64Array(count);
  const names = new BigUint64Array(count);
  api.call("GetDimensions", info, lengths, count);
  api.call("GetSymbolicDimensions", info, names, count);
  return { type, shape: Array.from(lengths, (length, index) => (length >= 0n ? Number(length) : api.text(names[index] ?? 0n))) };
}
