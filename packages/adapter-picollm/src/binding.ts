import type { InstalledFile } from "@tenfold/core";
import type { VendorErrors } from "./errors.ts";

/** What the adapter needs of picoLLM; one implementation for each of the vendor's packages. No logic beyond the calls. */
export interface Binding {
  /** It opens the bytes of files and wants no paths. */
  readonly opensBytes?: true;
  /** Loads the package. Rejects when it is not installed or does not run here. */
  open(): Promise<PicoLibrary>;
}

export interface PicoLibrary {
  /** The package around it: "@picovoice/picollm-node 2.1.4". */
  readonly through: string;
  readonly version: string;
  /** As the vendor lists them: "cpu:[0-2] - CPU (2 threads)". */
  readonly devices: readonly string[];
  /** Cores that are useful for arithmetic. */
  readonly cores: number;
  /** Which kind of GPU "gpu" is here. */
  readonly gpu: "cuda" | "metal" | "webgpu";
  readonly errors: VendorErrors;
  create(options: CreateOptions): Promise<PicoModel>;
  /** Pixels of an encoded image. */
  decodeImage(bytes: Uint8Array, mediaType: string): Promise<PicoImage>;
}

export interface CreateOptions {
  accessKey: string;
  file: InstalledFile;
  device: string;
  contextCaching: boolean;
  signal?: AbortSignal;
}

/** Three bytes for each pixel, row by row: red, green, blue. */
export interface PicoImage {
  width: number;
  height: number;
  data: Uint8Array;
}

export interface PicoGenerateOptions {
  completionTokenLimit: number;
  stopPhrases?: string[];
  /** At least 1. */
  seed: number;
  presencePenalty: number;
  frequencyPenalty: number;
  temperature: number;
  topP: number;
  numTopChoices: number;
  streamCallback(piece: string): void;
}

export interface PicoToken {
  token: string;
  logProb: number;
}

export interface PicoCompletion {
  usage?: { promptTokens: number; completionTokens: number };
  /** Of the vendor's enumeration: 0 the model ended, 1 the limit, 2 a stop phrase, 3 interrupted. */
  endpoint: number;
  completionTokens?: { token: PicoToken; topChoices: PicoToken[] }[];
  completion: string;
}

export const limitReached = 1;

/** The part of the vendor's dialogs that is used: one system text, then question and answer in turns. */
export interface PicoDialog {
  addHumanRequest(content: string): void;
  addLLMResponse(content: string): void;
  prompt(): string;
}

/** What the vendor's classes for Node and for browsers have in common. Calls must not overlap, but for `interrupt`. */
export interface PicoModel {
  /** "llama-3-8b-instruct 326": name and version of the model. */
  readonly model: string;
  readonly contextLength: number;
  readonly maxTopChoices: number;
  generate(prompt: string, options: PicoGenerateOptions): Promise<PicoCompletion>;
  generateWithImage(prompt: string, image: PicoImage, options: PicoGenerateOptions): Promise<PicoCompletion>;
  generateOCR(image: PicoImage, options: Pick<PicoGenerateOptions, "completionTokenLimit" | "streamCallback">): Promise<PicoCompletion>;
  generateEmbeddings(prompt: string): Promise<Float32Array>;
  tokenize(text: string, bos: boolean, eos: boolean): number[] | Promise<number[]>;
  reset(): void | Promise<void>;
  /** Ends what is being generated; without effect while nothing is. */
  interrupt(): void | Promise<void>;
  getDialog(mode?: string, history?: number, system?: string): PicoDialog;
  release(): void | Promise<void>;
}
