import { createFlatbuffer, type Table } from "../flatbuffer.ts";
import { asciiAt } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { createRefusal, shown } from "../invalid-format.ts";
import { createPagedReader, type PagedReader } from "../paged-reader.ts";
import { type PlanContext, type PteMethod, readPlan } from "./plan.ts";

export const refuse = createRefusal("ExecuTorch program");

/** A program without its weights. */
export interface PteProgram {
  methods: readonly PteMethod[];
  /** Bytes of the segments behind the flatbuffer. */
  segmentBytes: number;
}

interface Layout {
  programEnd: number;
  segmentStart: number;
}

/**
 * Reads an ExecuTorch program, never its weights: every offset is checked before it is followed, every index before it is believed.
 * @throws TenfoldError `invalid-format`.
 */
export async function readPte(file: ModelFile, signal?: AbortSignal): Promise<PteProgram> {
  const where = { file: file.path };
  const reader = createPagedReader(file, { refuse, ...(signal ? { signal } : {}) });
  const head = await reader.bytes(0, 8, "the beginning");
  if (!/^ET\d\d$/.test(asciiAt(head, 4, 4))) throw refuse('it does not carry an identifier like "ET12"', where);
  const { programEnd, segmentStart } = await readLayout(reader);
  const root = await createFlatbuffer(reader, { end: programEnd }).root();
  const version = root.unsigned(0, 4);
  if (version !== 0) throw refuse(`its version is ${version}, expected 0`, where);
  const segments = await readSegments(root, { start: segmentStart, reader });
  const constants = await readConstants(root, segments);
  let inlineDelegates = 0;
  for await (const data of root.tables(3, "the data of a delegate")) {
    await data.vector(0, 1, "the data of a delegate");
    inlineDelegates += 1;
  }
  const context: PlanContext = { refuse, file: file.path, constants, segments: segments.length, inlineDelegates };
  const methods: PteMethod[] = [];
  for await (const plan of root.tables(1, "a method")) methods.push(await readPlan(plan, context));
  if (methods.length === 0) throw refuse("it has no method, so there is nothing to run", where);
  for await (const named of root.tables(7, "named data")) {
    const index = named.unsigned(1, 4);
    if (index >= segments.length)
      throw refuse(`the data ${shown((await named.text(0, "a key")) ?? "")} lie in the segment ${index} of ${segments.length}`, where);
  }
  return { methods, segmentBytes: segments.reduce((sum, size) => sum + size, 0) };
}

/** Files with segments say in a header of their own where these begin. */
async function readLayout(reader: PagedReader): Promise<Layout> {
  const { path, sizeBytes } = reader;
  if (sizeBytes < 32) return { programEnd: sizeBytes, segmentStart: sizeBytes };
  const bytes = await reader.bytes(8, 32, "the header");
  if (asciiAt(bytes, 0, 4) !== "eh00") return { programEnd: sizeBytes, segmentStart: sizeBytes };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [headerBytes, programEnd, segmentStart] = [view.getUint32(4, true), Number(view.getBigUint64(8, true)), Number(view.getBigUint64(16, true))];
  if (headerBytes < 24 || headerBytes > 4096) throw refuse(`its header claims ${headerBytes} bytes`, { file: path, byte: 12 });
  if (programEnd < 32 || programEnd > sizeBytes) throw refuse(`its program claims ${programEnd} bytes, in a file of ${sizeBytes}`, { file: path, byte: 16 });
  if (segmentStart !== 0 && (segmentStart < programEnd || segmentStart > sizeBytes)) {
    throw refuse(`its segments begin at ${segmentStart}, in a file of ${sizeBytes} bytes whose program ends at ${programEnd}`, { file: path, byte: 24 });
  }
  return { programEnd, segmentStart: segmentStart === 0 ? sizeBytes : segmentStart };
}

async function readSegments(root: Table, { start, reader }: { start: number; reader: PagedReader }): Promise<number[]> {
  const sizes: number[] = [];
  for await (const segment of root.tables(4, "a segment")) {
    const [offset, size] = [segment.unsigned(0, 8), segment.unsigned(1, 8)];
    const end = start + offset + size;
    if (end > reader.sizeBytes) {
      throw refuse(
        `the file is truncated: it has ${reader.sizeBytes} bytes and its segment ${sizes.length} ends at ${end}`,
        { file: reader.path, byte: segment.position },
        "Download the file again; it was not received whole.",
      );
    }
    sizes.push(size);
  }
  return sizes;
}

/** How many constants tensors may refer to: in a segment, or in the flatbuffer of older files. */
async function readConstants(root: Table, segments: readonly number[]): Promise<number> {
  const list = await root.table(5, "the list of constants");
  const offsets = (await list?.integers(1, 8, "the offsets of constants")) ?? [];
  if (list && offsets.length > 0) {
    const size = segments[list.unsigned(0, 4)];
    if (size === undefined) throw refuse(`constants lie in the segment ${list.unsigned(0, 4)} of ${segments.length}`);
    const wrong = offsets.find((offset) => offset < 0 || offset > size);
    if (wrong !== undefined) throw refuse(`a constant lies at ${wrong}, in a segment of ${size} bytes`);
    return offsets.length;
  }
  let count = 0;
  for await (const buffer of root.tables(2, "a constant")) {
    await buffer.vector(0, 1, "a constant");
    count += 1;
  }
  return count;
}
