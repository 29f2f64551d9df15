import { createFlatbuffer } from "../flatbuffer.ts";
import { asciiAt } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { createRefusal } from "../invalid-format.ts";
import { createPagedReader } from "../paged-reader.ts";

const refuse = createRefusal("LiteRT-LM model");
const preambleBytes = 32;
const mostHeaderBytes = 16 * 1024 * 1024;
const mostSections = 256;

/** Names of the section types that the format numbers. */
const sectionTypes = ["none", "binary", "deprecated", "model", "sentencepiece", "metadata", "tokenizer", "weights", "executor-metadata"] as const;

/** A part of a .litertlm file: the bytes `[start, end)`. */
export interface LitertLmSection {
  type: (typeof sectionTypes)[number] | "unknown";
  start: number;
  end: number;
}

/**
 * Reads the table of sections, and checks that they lie in the file and share no bytes.
 * @throws TenfoldError `invalid-format`.
 */
export async function readLitertLmSections(file: ModelFile, signal?: AbortSignal): Promise<LitertLmSection[]> {
  const where = { file: file.path };
  const reader = createPagedReader(file, { refuse, ...(signal ? { signal } : {}) });
  const head = await reader.bytes(0, preambleBytes, "the beginning");
  if (asciiAt(head, 0, 8) !== "LITERTLM") throw refuse('it does not begin with "LITERTLM"', where);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const major = view.getUint32(8, true);
  if (major !== 1)
    throw refuse(
      `its version is ${major}.${view.getUint32(12, true)}, expected 1`,
      { ...where, byte: 8 },
      "Update Tenfold, or take an older file of this model.",
    );
  const headerEnd = view.getUint32(28, true) * 2 ** 32 + view.getUint32(24, true);
  if (headerEnd < preambleBytes + 8 || headerEnd > mostHeaderBytes || headerEnd > file.sizeBytes) {
    throw refuse(`its header ends at ${headerEnd}, in a file of ${file.sizeBytes} bytes`, { ...where, byte: 24 });
  }
  const root = await createFlatbuffer(reader, { start: preambleBytes, end: headerEnd, mostObjects: 100_000 }).root();
  const list = await root.table(1, "the list of sections");
  if (!list) throw refuse("it lists no sections", where);
  const sections: LitertLmSection[] = [];
  for await (const entry of list.tables(0, "a section")) {
    if (sections.length >= mostSections) throw refuse(`it has more than ${mostSections} sections`, where);
    sections.push({ type: sectionTypes[entry.unsigned(3, 1)] ?? "unknown", start: entry.unsigned(1, 8), end: entry.unsigned(2, 8) });
  }
  let end = headerEnd;
  for (const section of [...sections].sort((a, b) => a.start - b.start)) {
    const at = { ...where, byte: section.start };
    if (section.start < end) throw refuse(`a section of the kind ${section.type} begins at ${section.start}, inside what lies before it`, at);
    if (section.end <= section.start) throw refuse(`a section of the kind ${section.type} ends at ${section.end}, before it begins`, at);
    end = section.end;
    if (end > file.sizeBytes) {
      throw refuse(`the file is truncated: it has ${file.sizeBytes} bytes and should have ${end}`, at, "Download the file again; it was not received whole.");
    }
  }
  return sections;
}
