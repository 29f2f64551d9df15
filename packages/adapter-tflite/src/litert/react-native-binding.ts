import { TenfoldError } from "@tenfold/catalog";
import type { Binding, ModelSource, NativeData, NativeModel, NativeTensor, NumberType, TensorDetails } from "./binding.ts";

interface FastTfliteTensor {
  name: string;
  dataType: string;
  shape: number[];
}

interface FastTfliteModel {
  inputs: FastTfliteTensor[];
  outputs: FastTfliteTensor[];
  run(inputs: ArrayBuffer[]): Promise<ArrayBuffer[]>;
  /** Of every Nitro object. */
  dispose?(): void;
}

/** What is used of react-native-fast-tflite. */
export interface FastTflite {
  loadTensorflowModel(source: { url: string }, delegates: never[]): Promise<FastTfliteModel>;
}

/** LiteRT through react-native-fast-tflite, which runs a model's first signature, on the processor. */
export function createReactNativeBinding(importLibrary: () => Promise<FastTflite> = () => import("react-native-fast-tflite")): Binding {
  async function open() {
    const library = await importLibrary();
    return {
      version: "react-native-fast-tflite 3",
      accelerators: ["cpu"] as const,
      load: async (source: ModelSource) => shown(await library.loadTensorflowModel({ url: `file://${locationOf(source)}` }, [])),
    };
  }
  return { probe: open, open, nextTask: () => new Promise((resolve) => setTimeout(resolve, 0)) };
}

function locationOf({ location }: ModelSource): string {
  const found = location?.();
  if (found === undefined) throw new TenfoldError("unsupported-format", "The model has no place where native code can open it.", { framework: "litert" });
  return found;
}

/** A tensor here is its bytes: the package copies them in and out. */
interface BytesTensor extends NativeTensor {
  bytes: ArrayBuffer;
}

function shown(model: FastTfliteModel): NativeModel {
  const inputs = model.inputs.map(detailsOf);
  const outputs = model.outputs.map(detailsOf);
  return {
    signatures: [
      {
        name: "main",
        inputs,
        outputs,
        async run(given) {
          const results = await model.run(inputs.map(({ name }) => (given[name] as BytesTensor).bytes));
          // The package may write over what it gave in its next run.
          return Object.fromEntries(outputs.map(({ name, type }, index) => [name, tensorOf((results[index] as ArrayBuffer).slice(0), type)]));
        },
      },
    ],
    createTensor: (data) => tensorOf(data.slice().buffer as ArrayBuffer, typeOf(data)),
    delete: () => model.dispose?.(),
  };
}

function tensorOf(bytes: ArrayBuffer, type: NumberType): BytesTensor {
  const read = () => (type === "float32" ? new Float32Array(bytes) : type === "int32" ? new Int32Array(bytes) : new Uint8Array(bytes));
  return { bytes, read, delete: () => {} };
}

const typeOf = (data: NativeData): NumberType => (data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "uint8");

/** Tensors are called after their signature there: "serving_default_tokens:0" is the input tokens. */
function detailsOf({ name, dataType, shape }: FastTfliteTensor): TensorDetails {
  const type = dataType === "bool" ? "uint8" : dataType;
  if (type !== "float32" && type !== "int32" && type !== "uint8")
    throw new TenfoldError("unsupported-format", `The model's tensor ${name} holds ${dataType}, which is not known here.`, { framework: "litert" });
  return { name: name.replace(/:\d+$/, "").replace(/^(?:serving_default|main|decode|forward)_(?=.)/, ""), type, shape };
}
