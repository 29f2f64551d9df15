/// <reference lib="dom" />
import { installedFromBlobs, pageContext } from "@tenfold/adapter-testkit/browser";
import type { InstalledModel, LoadOptions, Support } from "@tenfold/core";
import type { PicoImage } from "../../src/binding.ts";
import { createBrowserBinding } from "../../src/bindings/browser.ts";
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
  decode(base64: string, mediaType: string): Promise<Omit<PicoImage, "data"> & { data: number[] }>;
}

declare global {
  var picoPage: PicoPage;
}

async function noise(): Promise<InstalledModel> {
  const bytes = crypto.getRandomValues(new Uint8Array(4096));
  return installedFromBlobs({ "model.pllm": new Blob([bytes]) }, "pllm");
}

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
  async decode(base64, mediaType) {
    const { decodeImage } = await createBrowserBinding().open();
    const { data, ...size } = await decodeImage(
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
      mediaType,
    );
    return { ...size, data: [...data] };
  },
};
