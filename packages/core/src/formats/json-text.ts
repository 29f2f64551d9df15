import type { ModelFile } from "./format-handler.ts";
import type { Refusal } from "./invalid-format.ts";
import { shown } from "./invalid-format.ts";

const mostBytes = 16 * 1024 * 1024;
const deepest = 64;

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON object in a file of a model, of bounded size and depth, in which no key occurs twice. */
export async function readJsonFile(file: ModelFile, refuse: Refusal): Promise<JsonObject> {
  if (file.sizeBytes > mostBytes) throw refuse(`it has ${file.sizeBytes} bytes; ${mostBytes} is the most for such a file`, { file: file.path });
  return parseJsonObject(await file.read(), refuse, file.path);
}

export function parseJsonObject(bytes: Uint8Array, refuse: Refusal, file: string): JsonObject {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(`it is not JSON: ${cause instanceof SyntaxError ? cause.message.slice(0, 120) : "its text is not UTF-8"}`, { file });
  }
  if (!isObject(value)) throw refuse("it is not a JSON object", { file });
  checkKeys(text, refuse, file);
  return value;
}

/** JSON.parse lets a later key win in silence; a reader in C++ may see the earlier one. The text is known to be JSON. */
function checkKeys(text: string, refuse: Refusal, file: string): void {
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const start = at;
      for (at += 1; text[at] !== '"'; at += 1) if (text[at] === "\\") at += 1;
      if (!expectsKey) continue;
      expectsKey = false;
      const raw = text.slice(start + 1, at);
      const key = raw.includes("\\") ? (JSON.parse(text.slice(start, at + 1)) as string) : raw;
      const keys = open.at(-1);
      if (keys?.has(key)) throw refuse(`the name ${shown(key)} occurs twice`, { file, name: key });
      keys?.add(key);
    } else if (character === "{" || character === "[") {
      open.push(character === "{" ? new Set() : undefined);
      expectsKey = character === "{";
      if (open.length > deepest) throw refuse(`it is nested more than ${deepest} deep`, { file });
    } else if (character === "}" || character === "]") {
      open.pop();
      expectsKey = false;
    } else if (character === ",") expectsKey = open.at(-1) !== undefined;
  }
}
