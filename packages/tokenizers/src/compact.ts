import type { AddedToken, Merges, ModelDefinition, TokenizerDefinition } from "./definition.ts";
import { invalidTokenizer } from "./invalid-tokenizer.ts";
import { isObject, parseJson, readObject } from "./json-reader.ts";
import { limits } from "./limits.ts";
import { adjacencyBits, findAdjacentCharacters } from "./models/adjacent-characters.ts";
import { hashPair } from "./models/merge-table.ts";
import { readUtf8, utf8Bytes } from "./text/utf8.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { slotsFor } from "./vocabulary-index.ts";

/** "TFTK" and the version of the form, a checksum of all that follows, the length of the header. All numbers are little-endian. */
const magic = 0x4b544654;
const version = 1;
const preambleBytes = 16;
const sectionNames = ["bytes", "offsets", "left", "right", "result", "ranks", "scores", "textTokens", "adjacent"] as const;
type SectionName = (typeof sectionNames)[number];
type Sections = Partial<Record<SectionName, ArrayBufferView>>;

/**
 * A tokenizer in a form that is read many times faster than any file it came from, for a cache on the same kind of machine.
 * It may change with any version of Tenfold: what cannot be read is made anew.
 */
export function writeCompact(definition: TokenizerDefinition): Uint8Array {
  const { model, ...rest } = definition;
  const { vocabulary, ...plainModel } = model;
  const sections: Sections = { bytes: vocabulary.bytes, offsets: vocabulary.offsets };
  const modelHeader: Record<string, unknown> = { ...plainModel, size: vocabulary.size };
  if (model.type === "BPE") {
    Object.assign(sections, inTableOrder(model.merges));
    if (model.textTokens) sections.textTokens = Int32Array.from(model.textTokens);
    if (!model.byteLevel) sections.adjacent = model.adjacent ?? findAdjacentCharacters(vocabulary, model.merges);
    delete modelHeader.adjacent;
    delete modelHeader.merges;
    delete modelHeader.textTokens;
  }
  if (model.type === "Unigram") {
    sections.scores = model.scores;
    delete modelHeader.scores;
  }
  const present = sectionNames.filter((name) => sections[name] !== undefined);
  const header = utf8Bytes(
    JSON.stringify({ ...rest, model: modelHeader, sections: Object.fromEntries(present.map((name) => [name, sections[name]?.byteLength])) }),
  );
  const total = present.reduce((end, name) => end + aligned(sections[name]?.byteLength ?? 0), preambleBytes + aligned(header.length));
  const file = new Uint8Array(total);
  file.set(header, preambleBytes);
  let at = preambleBytes + aligned(header.length);
  for (const name of present) {
    const { buffer, byteOffset, byteLength } = sections[name] as ArrayBufferView;
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  const preamble = new Int32Array(file.buffer, 0, 4);
  preamble[0] = magic;
  preamble[1] = version;
  preamble[3] = header.length;
  preamble[2] = checksum(file);
  return file;
}

/** @throws TenfoldError `invalid-format` when the file is of another version, cut off or damaged. */
export function readCompact(given: Uint8Array): TokenizerDefinition {
  const refuse = (message: string) => invalidTokenizer(message, "the compact form");
  // Sections are read where they lie, which takes a beginning that is a multiple of 8.
  const file = given.byteOffset % 8 === 0 ? given : given.slice();
  if (file.length < preambleBytes || file.length % 8 !== 0) throw refuse("is cut off");
  const [foundMagic, foundVersion, foundSum, headerBytes = 0] = new Int32Array(file.buffer, file.byteOffset, 4);
  if (foundMagic !== magic || foundVersion !== version) throw refuse("is of another version");
  if (foundSum !== checksum(file)) throw refuse("is damaged or cut off");
  if (headerBytes < 0 || preambleBytes + headerBytes > file.length) throw refuse("is cut off");
  const header = readObject(parseJson(readUtf8(file, preambleBytes, preambleBytes + headerBytes), "the compact form"), "the compact form");
  const sizes = readObject(header.sections, "the list of sections");
  const sections: Partial<Record<SectionName, { start: number; byteLength: number }>> = {};
  let at = preambleBytes + aligned(headerBytes);
  for (const name of sectionNames) {
    const byteLength = sizes[name];
    if (byteLength === undefined) continue;
    if (typeof byteLength !== "number" || !Number.isInteger(byteLength) || byteLength < 0 || at + byteLength > file.length) throw refuse("is cut off");
    sections[name] = { start: at, byteLength };
    at += aligned(byteLength);
  }

  function section<View>(name: SectionName, View: new (buffer: ArrayBuffer, start: number, length: number) => View, elementBytes: number): View {
    const found = sections[name];
    if (!found || found.byteLength % elementBytes !== 0) throw refuse(`has no ${name}`);
    return new View(file.buffer as ArrayBuffer, file.byteOffset + found.start, found.byteLength / elementBytes);
  }

  const { size, ...plainModel } = readObject(header.model, "the model");
  const vocabulary: Vocabulary = { size: Number(size), bytes: section("bytes", Uint8Array, 1), offsets: section("offsets", Uint32Array, 4) };
  checkVocabulary(vocabulary, refuse);
  const model: Record<string, unknown> = { ...plainModel, vocabulary };
  if (plainModel.type === "BPE") {
    const ids = (name: SectionName) => checkIds(section(name, Int32Array, 4), vocabulary.size, refuse);
    const merges: Merges = {
      left: ids("left"),
      right: ids("right"),
      result: ids("result"),
      ...(sections.ranks ? { ranks: section("ranks", Int32Array, 4) } : {}),
    };
    if ([merges.right, merges.result, merges.ranks ?? merges.left].some(({ length }) => length !== merges.left.length))
      throw refuse("has merges of unequal length");
    if (sections.adjacent) model.adjacent = section("adjacent", Uint32Array, 4);
    if (sections.adjacent && sections.adjacent.byteLength * 8 !== adjacencyBits) throw refuse("has pairs of another kind");
    Object.assign(model, { merges }, sections.textTokens ? { textTokens: new Set(ids("textTokens")) } : {});
  }
  if (plainModel.type === "Unigram") {
    model.scores = section("scores", Float64Array, 8);
    if ((model.scores as Float64Array).length !== vocabulary.size) throw refuse("has scores for another number of tokens");
  }
  const { sections: _, ...rest } = header;
  if (!Array.isArray(rest.addedTokens) || !isObject(rest.settings)) throw refuse("lacks a part");
  return { ...rest, addedTokens: rest.addedTokens as AddedToken[], settings: rest.settings, model: model as unknown as ModelDefinition };
}

/** Merges in the order of their places in the table, which is filled three times as fast when it is filled from one end to the other. */
function inTableOrder({ left, right, result, ranks }: Merges): Merges & { ranks: Int32Array } {
  const mask = slotsFor(left.length) - 1;
  const order = Uint32Array.from(left, (_, index) => index);
  const slots = Int32Array.from(order, (index) => hashPair(left[index] as number, right[index] as number) & mask);
  order.sort((a, b) => (slots[a] as number) - (slots[b] as number) || a - b);
  const pick = (values: Int32Array) => Int32Array.from(order, (index) => values[index] as number);
  return { left: pick(left), right: pick(right), result: pick(result), ranks: ranks ? pick(ranks) : Int32Array.from(order) };
}

type Refuse = (message: string) => Error;

function checkVocabulary({ size, bytes, offsets }: Vocabulary, refuse: Refuse): void {
  if (!Number.isInteger(size) || size < 0 || size > limits.tokens || offsets.length !== size + 1 || offsets[0] !== 0 || offsets[size] !== bytes.length)
    throw refuse("has a vocabulary that is none");
  for (let id = 0; id < size; id += 1) if ((offsets[id] as number) > (offsets[id + 1] as number)) throw refuse("has a vocabulary that is none");
}

function checkIds(ids: Int32Array, size: number, refuse: Refuse): Int32Array {
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] as number;
    if (id < 0 || id >= size) throw refuse(`names the token ${id} of ${size}`);
  }
  return ids;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Over all 32-bit words behind the checksum itself. */
function checksum(file: Uint8Array): number {
  const words = new Int32Array(file.buffer, file.byteOffset, file.length / 4);
  let sum = 0x811c9dc5 | 0;
  for (let index = 3; index < words.length; index += 1) sum = Math.imul(sum ^ (words[index] as number), 0x01000193) ^ (sum >>> 15);
  return sum;
}
