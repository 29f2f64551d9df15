import { readFileSync } from "node:fs";
import { TenfoldError } from "@tenfold/catalog";
import type { ModelFile } from "../src/formats/format-handler.ts";

const tinyFolder = new URL("../../adapter-testkit/models/tenfold-tiny/", import.meta.url);

export const tinyModelBytes = (path: string): Uint8Array => Uint8Array.from(readFileSync(new URL(path, tinyFolder)));

/** A file of a model, in memory. Text becomes UTF-8, other values JSON. */
export function modelFile(path: string, content: Uint8Array | string | object): ModelFile {
  const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));
  return { path, sizeBytes: bytes.length, read: async (range) => bytes.slice(range?.start ?? 0, range?.end ?? bytes.length) };
}

/** Files of the tiny model, under their own names. */
export function tinyModelFiles(folder: string, names: readonly string[]): ModelFile[] {
  return names.map((name) => modelFile(name, tinyModelBytes(`${folder}/${name}`)));
}

/** The message of the refusal that something ends in. */
export async function refusalOf(result: Promise<unknown>): Promise<string> {
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!TenfoldError.is(error, "invalid-format")) throw new Error(`expected a refusal with invalid-format, got ${String(error)}`, { cause: error });
  return error.message;
}
