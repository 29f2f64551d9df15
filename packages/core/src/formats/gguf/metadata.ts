import type { ByteSource } from "./byte-source.ts";
import { type Cursor, createCursor } from "./cursor.ts";
import { invalidGguf, shown } from "./invalid-gguf.ts";
import type { GgufLimits } from "./limits.ts";
import { type GgufArray, type GgufScalar, type GgufValue, type ValueTypeName, valueTypes } from "./value-types.ts";

interface SectionOptions {
  version: number;
  count: number;
  limits: GgufLimits;
}

const strictText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A length-prefixed string's bytes, valid until the next `ensure`. Version 1 had 32-bit lengths. */
export async function readStringBytes(cursor: Cursor, version: number, what: string, limitBytes: number): Promise<Uint8Array> {
  const prefixBytes = version === 1 ? 4 : 8;
  if (!cursor.has(prefixBytes)) await cursor.ensure(prefixBytes, what);
  const sizeBytes = version === 1 ? cursor.uint32() : cursor.length64();
  if (sizeBytes > limitBytes) throw invalidGguf(`${what} claims ${sizeBytes} bytes, at most ${limitBytes} are accepted`, { byte: cursor.position });
  if (!cursor.has(sizeBytes)) await cursor.ensure(sizeBytes, what);
  return cursor.bytes(sizeBytes);
}

/** A name: not empty, valid UTF-8, bounded. */
export async function readName(cursor: Cursor, version: number, what: string, limitBytes: number): Promise<string> {
  const bytes = await readStringBytes(cursor, version, what, limitBytes);
  if (bytes.length === 0) throw invalidGguf(`${what} is empty`, { byte: cursor.position });
  return decode(bytes, what, cursor.position);
}

function decode(bytes: Uint8Array, what: string, byte: number): string {
  try {
    return strictText.decode(bytes);
  } catch {
    throw invalidGguf(`${what} is not valid UTF-8`, { byte });
  }
}

function typeName(id: number, key: string, byte: number): ValueTypeName {
  const found = valueTypes[id];
  if (!found) throw invalidGguf(`${shown(key)} is of the unknown type ${id}`, { byte, key });
  return found.name;
}

/** The key-value section. Arrays are stepped over. */
export async function readMetadata(cursor: Cursor, { version, count, limits }: SectionOptions): Promise<Map<string, GgufValue>> {
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < count; index += 1) {
    const what = `metadata key ${index + 1} of ${count}`;
    const key = await readName(cursor, version, what, limits.keyBytes);
    if (metadata.has(key)) throw invalidGguf(`the key ${shown(key)} occurs twice`, { byte: cursor.position, key });
    await cursor.ensure(4, `the type of ${shown(key)}`);
    const type = typeName(cursor.uint32(), key, cursor.position - 4);
    metadata.set(key, { type, value: await readValue(cursor, { version, key, type, limits }) });
  }
  return metadata;
}

interface ValueOptions {
  version: number;
  key: string;
  type: ValueTypeName;
  limits: GgufLimits;
}

async function readValue(cursor: Cursor, { version, key, type, limits }: ValueOptions): Promise<GgufScalar | GgufArray> {
  const what = `the value of ${shown(key)}`;
  if (type === "array") return stepOverArray(cursor, version, key, limits);
  if (type === "string") return decode(await readStringBytes(cursor, version, what, limits.stringBytes), what, cursor.position);
  await cursor.ensure(sizeOf(type), what);
  return cursor.scalar(type);
}

function sizeOf(type: ValueTypeName): number {
  return valueTypes.find(({ name }) => name === type)?.sizeBytes ?? 0;
}

async function stepOverArray(cursor: Cursor, version: number, key: string, limits: GgufLimits): Promise<GgufArray> {
  const what = `the array ${shown(key)}`;
  const headBytes = version === 1 ? 8 : 12;
  await cursor.ensure(headBytes, what);
  const elementType = typeName(cursor.uint32(), key, cursor.position - 4);
  const length = version === 1 ? cursor.uint32() : cursor.length64();
  if (elementType === "array") throw invalidGguf(`${what} holds arrays, which no loader accepts`, { byte: cursor.position, key });
  if (length > limits.arrayElements)
    throw invalidGguf(`${what} claims ${length} elements, at most ${limits.arrayElements} are accepted`, { byte: cursor.position, key });
  const offset = cursor.position;
  if (elementType === "string") {
    const prefixBytes = version === 1 ? 4 : 8;
    for (let index = 0; index < length; index += 1) {
      index += cursor.skipStrings(length - index, prefixBytes, limits.stringBytes);
      if (index < length) await stepOverString(cursor, version, what, limits);
    }
  } else {
    cursor.skip(length * sizeOf(elementType), what);
  }
  return { elementType, length, offset };
}

async function stepOverString(cursor: Cursor, version: number, what: string, limits: GgufLimits): Promise<void> {
  const prefixBytes = version === 1 ? 4 : 8;
  if (!cursor.has(prefixBytes)) await cursor.ensure(prefixBytes, what);
  const sizeBytes = version === 1 ? cursor.uint32() : cursor.length64();
  if (sizeBytes > limits.stringBytes) throw invalidGguf(`a string in ${what} claims ${sizeBytes} bytes`, { byte: cursor.position });
  cursor.skip(sizeBytes, what);
}

interface ReadArrayOptions {
  version: number;
  key: string;
  encoding: "utf-8" | "latin1";
  limits: GgufLimits;
  signal?: AbortSignal;
}

/** Decodes an array that was stepped over. */
export async function readArray(source: ByteSource, found: GgufArray, { version, key, encoding, limits, signal }: ReadArrayOptions): Promise<GgufScalar[]> {
  const cursor = createCursor(source, { start: found.offset, endLimit: limits.headerBytes, ...(signal ? { signal } : {}) });
  const what = `the array ${shown(key)}`;
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  const sizeBytes = sizeOf(found.elementType);
  const values: GgufScalar[] = [];
  for (let index = 0; index < found.length; index += 1) {
    if (found.elementType === "string") {
      const bytes = await readStringBytes(cursor, version, what, limits.stringBytes);
      values.push(encoding === "utf-8" ? utf8.decode(bytes) : latin1(bytes));
    } else {
      if (!cursor.has(sizeBytes)) await cursor.ensure(sizeBytes, what);
      values.push(cursor.scalar(found.elementType));
    }
  }
  return values;
}

/** One character for each byte. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
