import { expect, test } from "vitest";
import { frameworkProfiles } from "./framework-profiles.ts";
import { memoryInWords } from "./memory-in-words.ts";

test("the hub knows every framework that an adapter is for, in the order of their names", () => {
  const names = frameworkProfiles.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["llama.cpp", "ONNX Runtime", "MLX", "ExecuTorch", "MLC-LLM", "picoLLM", "LiteRT-LM"]));
  expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other, "en")));
});

test("what is kept in memory is said in words, and so is that nobody knows", () => {
  const of = (framework: string) => memoryInWords(frameworkProfiles.find((profile) => profile.framework === framework) as (typeof frameworkProfiles)[number]);
  expect(of("llama.cpp").join(" ")).toContain("holds F16, and grows by 256 tokens. A prompt is computed 128 (on a GPU 512) tokens at a time.");
  expect(of("picollm")).toEqual(["What picoLLM keeps in memory is not known: the hub cannot say beforehand whether a model fits."]);
});
