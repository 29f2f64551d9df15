import * as vendor from "@picovoice/picollm-node";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { AdapterContext, GenerateEvent, GenerateRequest, InstalledModel, LoadedModel, LoadOptions } from "@tenfold/core";
import { createAdapter } from "../src/adapter.ts";
import type { Binding, CreateOptions, PicoCompletion, PicoGenerateOptions, PicoImage, PicoLibrary, PicoModel } from "../src/binding.ts";
import { plausibleModel } from "./plausible-model.ts";

export const accessKey = btoa("a key that nobody has ever been given");

export interface Script {
  /** As picoLLM names its models. */
  name?: string;
  contextLength?: number;
  maxTopChoices?: number;
  /** The pieces of each answer; the last stands for all that follow. */
  answers?: readonly (readonly string[])[];
  /** The pieces of the answer to a prompt, in place of `answers`. */
  answer?: (prompt: string, options: PicoGenerateOptions) => readonly string[];
  /** Fails behind the pieces. */
  failure?: () => Error;
  /** What creating a model does with its device. */
  create?: (options: CreateOptions) => void;
  devices?: readonly string[];
  /** Goes on until it is interrupted. */
  endless?: boolean;
  /** Interrupts are not heard before so many pieces. */
  deafFor?: number;
}

/** What picoLLM was asked for. */
export interface Calls {
  prompts: string[];
  options: PicoGenerateOptions[];
  images: PicoImage[];
  created: CreateOptions[];
  resets: number;
  interrupts: number;
  released: number;
  /** The most calls at once: the vendor's objects stand one. */
  overlap: number;
}

/**
 * Stands in for the vendor's class, which does not load a model without a key: it says what its script has, one piece for each token, in the order and with
 * the callbacks of the vendor's. Errors and dialogs are the vendor's own.
 */
export function scriptedPico(script: Script = {}): { binding: Binding; calls: Calls } {
  const calls: Calls = { prompts: [], options: [], images: [], created: [], resets: 0, interrupts: 0, released: 0, overlap: 0 };
  const library: PicoLibrary = {
    through: "a script",
    version: "2.1.4",
    devices: script.devices ?? ["cpu:[0-2] - CPU (2 threads)"],
    cores: 2,
    gpu: "cuda",
    errors: vendor,
    async create(options) {
      calls.created.push(options);
      script.create?.(options);
      return scriptedModel(script, calls);
    },
    decodeImage: async (bytes) => ({ width: bytes.length, height: 1, data: new Uint8Array(bytes.length * 3) }),
  };
  return { calls, binding: { open: async () => library } };
}

/** A word, a mark or a sign is a token. */
const tokensOf = (text: string) => text.match(/<\|[^|]*\|>|\w+|\s+|./gsu) ?? [];

function scriptedModel(script: Script, calls: Calls): PicoModel {
  const name = script.name ?? "llama-3.2-1b-instruct 330";
  let running = 0;
  let interrupted = false;
  let answer = 0;

  async function alone<Result>(call: () => Promise<Result> | Result): Promise<Result> {
    running += 1;
    calls.overlap = Math.max(calls.overlap, running);
    try {
      return await call();
    } finally {
      running -= 1;
    }
  }

  const generate = (prompt: string, options: PicoGenerateOptions): Promise<PicoCompletion> =>
    alone(async () => {
      calls.prompts.push(prompt);
      calls.options.push(options);
      interrupted = false;
      const answers = script.answers ?? [["Hello", " there", "<|eot_id|>"]];
      const pieces = script.answer?.(prompt, options) ?? answers[Math.min(answer, answers.length - 1)] ?? [];
      answer += 1;
      const said: string[] = [];
      let endpoint = 0;
      for (let at = 0; script.endless || at < pieces.length; at += 1) {
        // Another turn of the loop, as between the vendor's callbacks.
        await new Promise((resolve) => setImmediate(resolve));
        if (interrupted && at >= (script.deafFor ?? 0)) {
          endpoint = 3;
          break;
        }
        if (said.length >= options.completionTokenLimit) {
          endpoint = 1;
          break;
        }
        const piece = pieces[at % pieces.length] ?? "";
        said.push(piece);
        options.streamCallback(piece);
        if (options.stopPhrases?.some((phrase) => said.join("").includes(phrase))) {
          endpoint = 2;
          break;
        }
      }
      if (script.failure) throw script.failure();
      const completionTokens = said.map((token, index) => ({
        token: { token, logProb: -0.5 - index },
        topChoices: Array.from({ length: options.numTopChoices }, (_, choice) => ({ token: choice === 0 ? token : "?", logProb: -0.5 - index - choice })),
      }));
      return { usage: { promptTokens: tokensOf(prompt).length, completionTokens: said.length }, endpoint, completionTokens, completion: said.join("") };
    });

  return {
    model: name,
    contextLength: script.contextLength ?? 512,
    maxTopChoices: script.maxTopChoices ?? 10,
    generate,
    generateWithImage(prompt, image, options) {
      calls.images.push(image);
      return generate(prompt, options);
    },
    async generateOCR(image, options) {
      calls.images.push(image);
      const { completion, endpoint } = await generate("", { ...options, numTopChoices: 0 } as PicoGenerateOptions);
      return { completion, endpoint };
    },
    generateEmbeddings: (text) => alone(() => Float32Array.from([3, 4, 0 * text.length])),
    tokenize: (text) => alone(() => tokensOf(text).map((_, index) => index)),
    reset() {
      calls.resets += 1;
    },
    interrupt() {
      calls.interrupts += 1;
      interrupted = true;
    },
    getDialog: (mode, history, system) => realDialog(name, mode, history, system),
    release() {
      calls.released += 1;
    },
  };
}

/** The vendor's own choice of a dialog, which needs no model but its name. */
export function realDialog(name: string, mode?: string, history?: number, system?: string): vendor.Dialog {
  const { getDialog } = vendor.PicoLLM.prototype;
  return getDialog.call({ _handle: 1, _model: name } as unknown as vendor.PicoLLM, mode, history, system);
}

/** A model over a script. */
export async function loadScripted(
  script: Script = {},
  options: LoadOptions = {},
  chatTemplate?: string,
  context: AdapterContext = nodeContext(),
): Promise<{ model: LoadedModel; calls: Calls; installed: InstalledModel }> {
  const { binding, calls } = scriptedPico(script);
  const adapter = createAdapter({ binding, accessKey, now: () => performance.now(), random: () => 0.5, machine: () => ({ usableCores: 2, busy: 0 }) });
  const installed = plausibleModel();
  const metadata = { ...installed.metadata, ...(chatTemplate === undefined ? {} : { chatTemplate }) };
  return { model: await adapter.load({ ...installed, metadata }, context, options), calls, installed };
}

export interface Collected {
  events: GenerateEvent[];
  text: string;
  reasoning: string;
  start: Extract<GenerateEvent, { type: "start" }>;
  finish: Extract<GenerateEvent, { type: "finish" }>;
}

export async function ask(model: LoadedModel, request: GenerateRequest): Promise<Collected> {
  const events: GenerateEvent[] = [];
  for await (const event of model.generate(request)) events.push(event);
  const [start] = events;
  const finish = events.at(-1);
  if (start?.type !== "start" || finish?.type !== "finish") throw new Error("The answer has no start or no end.");
  const said = (type: "text" | "reasoning") => events.flatMap((event) => (event.type === type ? [event.text] : [])).join("");
  return { events, text: said("text"), reasoning: said("reasoning"), start, finish };
}

export const hello = { messages: [{ role: "user", content: "Hello" }] } as const satisfies GenerateRequest;
