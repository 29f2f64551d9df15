/// <reference lib="dom" />
import { installedFromBlobs, pageContext } from "@tenfold/adapter-testkit/browser";
import type { InstalledModel, LoadOptions, Support } from "@tenfold/core";
import type { PicoImage } from "../../src/binding.ts";
import { createBrowserBinding, createWorkerModel } from "../../src/bindings/browser.ts";
import { picoLlm } from "../../src/browser.ts";
import { fromVendor, type VendorErrorName, vendorErrorNames } from "../../src/errors.ts";

/** A failure, and all that was logged, as text to be searched. */
export interface Told {
  code?: string;
  message?: string;
  remedy?: string;
  details?: { vendorError?: string };
  written: string;
}

/** What the tests ask of the page. */
export interface PicoPage {
  probe(accessKey?: string): Promise<Support>;
  /** Loads noise; tells the error. */
  load(accessKey: string, options?: LoadOptions): Promise<Told>;
  /** Gives up once the worker is being started; whether the load rejects with the reason. */
  giveUp(accessKey: string): Promise<boolean>;
  /** What each of the vendor's errors becomes. */
  errors(): Promise<readonly (readonly [VendorErrorName, string])[]>;
  /** Generates with the vendor's class for workers, whose other side breaks down while it answers "crash". */
  throughWorker(prompt: string): Promise<{ pieces: readonly string[]; outcome: string; dialog: string }>;
  decode(base64: string, mediaType: string): Promise<Omit<PicoImage, "data"> & { data: number[] }>;
}

declare global {
  var picoPage: PicoPage;
}

async function noise(): Promise<InstalledModel> {
  const bytes = crypto.getRandomValues(new Uint8Array(4096));
  return installedFromBlobs({ "model.pllm": new Blob([bytes]) }, "pllm");
}

/** What the vendor's worker says, as far as its messages go. */
const otherSide = `onmessage = ({ data }) => {
  if (data.command !== "generate") return;
  postMessage({ command: "stream", token: "Hello" });
  if (data.prompt === "crash") throw new Error("memory access out of bounds");
  postMessage({ command: "ok", completion: { completion: "Hello", endpoint: 0 } });
};`;

const logged: unknown[] = [];
const context = pageContext((...line) => logged.push(line));

function told(error: unknown): Told {
  const { code, message, remedy, details, stack, cause } = error as Told & Error;
  const written = [code, message, remedy, stack, String(cause), (cause as Error | undefined)?.stack, JSON.stringify([error, details, logged])].join("\n");
  return JSON.parse(JSON.stringify({ code, message, remedy, details, written }));
}

globalThis.picoPage = {
  probe: (accessKey) => picoLlm({ accessKey }).probe(context),
  load: async (accessKey, options = {}) =>
    picoLlm({ accessKey })
      .load(await noise(), context, { threads: 1, ...options })
      .then(() => ({ written: "" }), told),
  async giveUp(accessKey) {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (fraction: number) => {
      if (fraction >= 0.05) setTimeout(() => controller.abort(reason));
    };
    const loading = picoLlm({ accessKey }).load(await noise(), context, { threads: 1, signal: controller.signal, onProgress });
    return loading.then(
      () => false,
      (error) => error === reason,
    );
  },
  async errors() {
    const { errors } = await createBrowserBinding().open();
    return vendorErrorNames.map((name) => {
      const Vendor = errors[name] as unknown as new (message: string) => Error;
      return [name, fromVendor(new Vendor("odd"), errors, "load-failed", "It failed").code] as const;
    });
  },
  async throughWorker(prompt) {
    const { PicoLLMWorker } = await import("@picovoice/picollm-web");
    const worker = new Worker(URL.createObjectURL(new Blob([otherSide])));
    // Its constructor is private to who has no key.
    const model = createWorkerModel(Reflect.construct(PicoLLMWorker, [worker, 512, 10, "phi2 290", "2.1.0"]));
    const pieces: string[] = [];
    const settings = { completionTokenLimit: 9, seed: 1, presencePenalty: 0, frequencyPenalty: 0, temperature: 0, topP: 1, numTopChoices: 0 };
    const outcome = await model.generate(prompt, { ...settings, streamCallback: (piece) => pieces.push(piece) }).then(
      ({ completion }) => completion,
      ({ code, message }) => `${code}: ${message}`,
    );
    await model.release();
    const dialog = model.getDialog();
    dialog.addHumanRequest("Hi");
    return { pieces, outcome, dialog: dialog.prompt() };
  },
  async decode(base64, mediaType) {
    const { decodeImage } = await createBrowserBinding().open();
    const { data, ...size } = await decodeImage(
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
      mediaType,
    );
    return { ...size, data: [...data] };
  },
};
