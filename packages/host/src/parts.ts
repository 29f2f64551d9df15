import { TenfoldError } from "@tenfold/catalog";

/** Binary values by the names that frames have for them. */
export const kinds = { u8: Uint8Array, i32: Int32Array, f32: Float32Array } as const;
type Kind = keyof typeof kinds;
const numbers = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, "-Infinity": Number.NEGATIVE_INFINITY } as const;

/** What JSON cannot hold: where in the message it belongs, and its bytes in the payload or its name. The message holds null there. */
export type Part =
  | { path: readonly (string | number)[]; kind: Kind; offset: number; sizeBytes: number }
  | { path: readonly (string | number)[]; kind: "number"; value: keyof typeof numbers };

interface Taken {
  json: unknown;
  parts: Part[];
  payload: { offset: number; bytes: Uint8Array }[];
}

/** @throws TenfoldError `invalid-input` for functions, symbols, big integers and objects of classes. */
export function toParts(message: unknown, alignment: number): Taken {
  const parts: Part[] = [];
  const payload: Taken["payload"] = [];
  let end = 0;

  function plain(value: unknown, path: readonly (string | number)[]): unknown {
    if (typeof value === "number" && !Number.isFinite(value)) {
      parts.push({ path, kind: "number", value: String(value) as keyof typeof numbers });
      return null;
    }
    if (value === null || value === undefined || typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
    const kind = (Object.keys(kinds) as Kind[]).find((one) => value instanceof kinds[one]);
    if (kind) {
      const bytes = bytesOf(value as Uint8Array);
      const offset = Math.ceil(end / alignment) * alignment;
      end = offset + bytes.length;
      parts.push({ path, kind, offset, sizeBytes: bytes.length });
      payload.push({ offset, bytes });
      return null;
    }
    if (Array.isArray(value)) return value.map((one, index) => plain(one, [...path, index]));
    if (typeof value !== "object" || !isPlain(value)) {
      throw new TenfoldError("invalid-input", `A value of the type ${typeof value === "object" ? value.constructor?.name : typeof value} cannot be sent.`);
    }
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, [...path, name])]));
  }

  const json = plain(message, []);
  return { json, parts, payload };
}

/** Puts the parts back. Throws an Error for parts that lie outside of the payload or have no place in the message. */
export function fromParts(json: unknown, parts: readonly Part[], payload: Uint8Array): unknown {
  const root: Record<string, unknown> = { message: json };
  for (const part of parts) {
    const path: readonly unknown[] = Array.isArray(part?.path) ? ["message", ...part.path] : [];
    let place: unknown = root;
    for (const step of path.slice(0, -1)) place = own(place, step);
    const last = path.at(-1);
    if (own(place, last) !== null) throw new Error("a part that has no place in its message");
    (place as Record<string, unknown>)[last as string] = partValue(part, payload);
  }
  return root.message;
}

/** Steps are own members: nothing that every object inherits is ever reached. */
function own(place: unknown, step: unknown): unknown {
  if (typeof place !== "object" || place === null || !(typeof step === "string" || Number.isInteger(step)) || !Object.hasOwn(place, step as string))
    return undefined;
  return (place as Record<string, unknown>)[step as string];
}

function partValue(part: Part, payload: Uint8Array): unknown {
  if (part.kind === "number") {
    if (!Object.hasOwn(numbers, part.value)) throw new Error("a number that has no name");
    return numbers[part.value];
  }
  if (!Object.hasOwn(kinds, part.kind)) throw new Error("a part of an unknown kind");
  const { offset, sizeBytes } = part;
  const Numbers = kinds[part.kind];
  const whole = Number.isInteger(offset) && Number.isInteger(sizeBytes) && offset >= 0 && sizeBytes >= 0 && sizeBytes % Numbers.BYTES_PER_ELEMENT === 0;
  if (!whole || offset + sizeBytes > payload.length) throw new Error("a part that lies outside of its payload");
  // A copy: it is aligned, and does not keep the others in memory.
  return new Numbers(payload.slice(offset, offset + sizeBytes).buffer);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm are as plain as ours.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
