import type { ByteSource } from "./byte-source.ts";
import { createCursor } from "./cursor.ts";
import type { Gguf } from "./gguf.ts";
import { invalidGguf, shown } from "./invalid-gguf.ts";
import { defaultGgufLimits, type GgufLimits } from "./limits.ts";
import { readArray, readMetadata } from "./metadata.ts";
import { readPreamble } from "./preamble.ts";
import { readTensors } from "./tensors.ts";
import type { GgufArray, GgufValue } from "./value-types.ts";

export interface ReadGgufOptions {
  signal?: AbortSignal;
  limits?: Partial<GgufLimits>;
}

/**
 * Reads the header of a GGUF file (versions 1 to 3, little-endian) in windows, never the weights. Arrays are stepped over.
 * @throws TenfoldError `invalid-format` saying what is wrong and where.
 */
export async function readGguf(source: ByteSource, options: ReadGgufOptions = {}): Promise<Gguf> {
  const { signal } = options;
  const limits = { ...defaultGgufLimits, ...options.limits };
  const cursor = createCursor(source, { endLimit: limits.headerBytes, ...(signal ? { signal } : {}) });
  const { version, tensorCount, metadataCount } = await readPreamble(cursor, source.sizeBytes, limits);
  const metadata = await readMetadata(cursor, { version, count: metadataCount, limits });
  const tensors = await readTensors(cursor, { version, count: tensorCount, limits });
  const access = metadataAccess(metadata);
  const alignment = access.number("general.alignment") ?? 32;
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > limits.alignmentBytes || !Number.isInteger(Math.log2(alignment))) {
    throw invalidGguf(`general.alignment is ${alignment}, expected a power of two up to ${limits.alignmentBytes}`, { key: "general.alignment" });
  }
  return {
    version,
    sizeBytes: source.sizeBytes,
    metadata,
    tensors,
    alignment,
    dataOffset: Math.ceil(cursor.position / alignment) * alignment,
    ...access,
    async array(key, { encoding = "utf-8", signal: readSignal } = {}) {
      const found = access.arrayInfo(key);
      return found && readArray(source, found, { version, key, encoding, limits, ...(readSignal ? { signal: readSignal } : {}) });
    },
  };
}

function metadataAccess(metadata: ReadonlyMap<string, GgufValue>): Pick<Gguf, "string" | "number" | "boolean" | "arrayInfo"> {
  function scalar<Value>(key: string, expected: string, matches: (value: unknown) => value is Value): Value | undefined {
    const entry = metadata.get(key);
    if (!entry) return undefined;
    if (matches(entry.value)) return entry.value;
    throw invalidGguf(`${shown(key)} is of type ${entry.type}, expected ${expected}`, { key });
  }
  return {
    string: (key) => scalar(key, "a string", (value): value is string => typeof value === "string"),
    number(key) {
      const value = scalar(key, "a number", (found): found is number | bigint => typeof found === "number" || typeof found === "bigint");
      if (typeof value === "bigint") throw invalidGguf(`${shown(key)} is ${value}, which is beyond 2^53`, { key });
      return value;
    },
    boolean: (key) => scalar(key, "a boolean", (value): value is boolean => typeof value === "boolean"),
    arrayInfo: (key) => scalar(key, "an array", (value): value is GgufArray => typeof value === "object"),
  };
}
