import { TenfoldError } from "@tenfold/catalog";
import { expect, test } from "vitest";
import { fromNative } from "./errors.ts";

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  [named("DeviceLostError", "The WebGPU device was lost while loading the model."), "generation-failed", "GPU was taken away"],
  [named("ModelNotLoadedError", "Model not loaded before trying to complete ForwardTokensAndSample."), "generation-failed", "GPU was taken away"],
  [named("AbortError", "A valid external Instance reference no longer exists."), "generation-failed", "Load the model again"],
  [named("ShaderF16SupportError", "This model requires WebGPU extension shader-f16"), "framework-unavailable", "q4f32_1"],
  [named("WebGPUNotAvailableError", "WebGPU is not supported in your current environment"), "framework-unavailable", "GPU"],
  [named("LinkError", 'WebAssembly.instantiate(): Import #3 "env"'), "invalid-format", "Compile the model library again"],
  [new Error("Cannot find package 'webgpu' imported from here"), "framework-unavailable", "Install webgpu"],
  [new Error("Cannot find package '@mlc-ai/web-llm' imported from here"), "framework-unavailable", "Install @mlc-ai/web-llm"],
  [new RangeError("Array buffer allocation failed"), "out-of-memory", "smaller"],
  [new Error("something else"), "load-failed", "cause"],
])("%s is %s with a remedy", (error, code, remedy) => {
  expect(fromNative(error, "load-failed", "MLC-LLM cannot load x")).toMatchObject({ code, framework: "mlc-llm", remedy: expect.stringContaining(remedy) });
});

test("an error of ours stays as it is", () => {
  const own = new TenfoldError("disposed", "gone");
  expect(fromNative(own, "load-failed", "x")).toBe(own);
});
