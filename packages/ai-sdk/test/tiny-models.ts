import { tinyModel, tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadedModel } from "@tenfold/core";

const settings = { threads: 1, isolation: "none" } as const;

/** The tiny model in two frameworks: one that samples by itself and one that gives logits. */
export const tinyModels = [
  {
    framework: "llama.cpp",
    holdsToolChoice: false,
    async load(): Promise<LoadedModel> {
      const { llamaCpp } = await import("@tenfold/adapter-llamacpp");
      return llamaCpp({ gpu: false }).load(await tinyModel(), nodeContext(), settings);
    },
  },
  {
    framework: "onnx-runtime",
    holdsToolChoice: true,
    async load(): Promise<LoadedModel> {
      const { onnx } = await import("@tenfold/adapter-onnx");
      return onnx().load(await tinyOnnxModel("onnx-gqa"), nodeContext(), settings);
    },
  },
] as const;
