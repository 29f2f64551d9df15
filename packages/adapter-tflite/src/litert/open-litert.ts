import type { NativeLibrary, NumberType } from "./binding.ts";

type LiteRt = typeof import("@litertjs/core");

export const accelerators = ["wasm"] as const;

/** LiteRT's JavaScript interface, whose WebAssembly has been loaded, as the adapter uses it. */
export function openLiteRt({ loadAndCompile, Tensor }: LiteRt, version: string): NativeLibrary {
  return {
    version,
    accelerators,
    async load(source) {
      const compiled = await loadAndCompile(await source.read(), { accelerator: "wasm" });
      return {
        signatures: Object.entries(compiled.signatures).map(([name, signature]) => ({
          name,
          inputs: signature.getInputDetails().map(detailsOf),
          outputs: signature.getOutputDetails().map(detailsOf),
          async run(inputs) {
            const outputs = await signature.run(inputs as unknown as Record<string, InstanceType<LiteRt["Tensor"]>>);
            return Object.fromEntries(Object.entries(outputs).map(([key, tensor]) => [key, shown(tensor)]));
          },
        })),
        createTensor: (data, shape) => shown(new Tensor(data as Float32Array<ArrayBuffer>, [...shape])),
        delete: () => compiled.delete(),
      };
    },
  };
}

/** The same object, which LiteRT takes back as an input. */
function shown(tensor: InstanceType<LiteRt["Tensor"]>) {
  return Object.assign(tensor, { read: () => tensor.toTypedArray().slice() });
}

const detailsOf = ({ name, dtype, shape }: { name: string; dtype: NumberType; shape: Int32Array }) => ({ name, type: dtype, shape: [...shape] });
