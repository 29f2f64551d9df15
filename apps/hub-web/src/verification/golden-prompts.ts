import { createHash } from "node:crypto";
import type { Message } from "@tenfold/core";

/** A prompt as the publisher's own code makes it. */
export interface GoldenPrompt {
  readonly messages: readonly Message[];
  readonly text: string;
  readonly tokens: readonly number[];
}

interface GoldenModel {
  /** Of the chat template, without spaces at its ends. */
  readonly templateSha256: string;
  readonly vocabularySize: number;
  readonly prompts: readonly GoldenPrompt[];
}

/** Made once by the code that trained each model, and not by ours. */
const models: readonly GoldenModel[] = [
  {
    // Tenfold Tiny, by Python's tokenizers and Jinja: tooling/tiny-model.
    templateSha256: "6e2f043d567d7a6190b401b247d9cac283d1192da4d2933988c8587c595275e0",
    vocabularySize: 1024,
    prompts: [
      {
        messages: [{ role: "user", content: "Hello" }],
        text: "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n",
        tokens: [1, 292, 207, 577, 2, 207, 1, 287, 207],
      },
      {
        messages: [
          { role: "system", content: "You are a helpful assistant." },
          { role: "user", content: "Hi there" },
        ],
        text: "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\n",
        tokens: [1, 388, 207, 401, 475, 293, 746, 615, 22, 2, 207, 1, 292, 207, 646, 777, 2, 207, 1, 287, 207],
      },
      {
        messages: [
          { role: "user", content: "My name is Anna." },
          { role: "assistant", content: "Nice to meet you, Anna!" },
          { role: "user", content: "What is my name?" },
        ],
        text: "<|im_start|>user\nMy name is Anna.<|im_end|>\n<|im_start|>assistant\nNice to meet you, Anna!<|im_end|>\n<|im_start|>user\nWhat is my name?<|im_end|>\n<|im_start|>assistant\n",
        tokens: [
          1, 292, 207, 459, 408, 297, 424, 86, 643, 22, 2, 207, 1, 287, 207, 507, 409, 508, 402, 20, 424, 86, 643, 9, 2, 207, 1, 292, 207, 341, 297, 462, 408,
          39, 2, 207, 1, 287, 207,
        ],
      },
    ],
  },
];

/** The golden prompts of a model, told by its template and the size of its vocabulary; none for a model that nobody made some of. */
export function findGoldenPrompts(template: string, vocabularySize: number): readonly GoldenPrompt[] {
  const templateSha256 = createHash("sha256").update(template.trim()).digest("hex");
  return models.find((model) => model.templateSha256 === templateSha256 && model.vocabularySize === vocabularySize)?.prompts ?? [];
}
