import type { PagedReader } from "./paged-reader.ts";
import type { Range } from "./protobuf.ts";

/** A table of a flatbuffer, whose own bytes were checked. Fields are counted from 0, as in the schema. */
export interface Table {
  readonly position: number;
  has(field: number): boolean;
  /** A number of this size in bytes; the default when absent. */
  unsigned(field: number, bytes: 1 | 2 | 4 | 8, missing?: number): number;
  signed(field: number, bytes: 1 | 4 | 8, missing?: number): number;
  table(field: number, what: string): Promise<Table | undefined>;
  text(field: number, what: string): Promise<string | undefined>;
  /** Tables of a vector, one after the other; none when absent. */
  tables(field: number, what: string): AsyncGenerator<Table, void, undefined>;
  texts(field: number, what: string): Promise<string[]>;
  integers(field: number, bytes: 4 | 8, what: string): Promise<number[]>;
  /** How many elements a vector has, and where they lie; nothing of it is read. */
  vector(field: number, elementBytes: number, what: string): Promise<(Range & { count: number }) | undefined>;
}

/** Reads tables of a flatbuffer and checks each offset before it follows it. */
export interface Flatbuffer {
  readonly reader: PagedReader;
  root(): Promise<Table>;
}

const mostVectorBytes = 16 * 1024 * 1024;

export interface FlatbufferOptions {
  /** Where the buffer lies in the file. */
  start?: number;
  end?: number;
  /** Tables and vectors that are read, all told: offsets may lead to one place many times. */
  mostObjects?: number;
}

export function createFlatbuffer(reader: PagedReader, { start = 0, end = reader.sizeBytes, mostObjects = 500_000 }: FlatbufferOptions = {}): Flatbuffer {
  const refuseAt = (message: string, byte: number) => reader.refuse(message, { file: reader.path, byte });
  let objects = 0;

  function count(byte: number): void {
    objects += 1;
    if (objects > mostObjects) throw refuseAt(`it has more than ${mostObjects} tables and lists`, byte);
  }

  async function view(from: number, to: number, what: string): Promise<DataView> {
    if (from < start || to > end) throw refuseAt(`${what} lies outside of the ${end - start} bytes of its flatbuffer`, from);
    const bytes = await reader.bytes(from, to, what);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async function follow(at: number, what: string): Promise<number> {
    const offset = (await view(at, at + 4, what)).getUint32(0, true);
    if (offset === 0) throw refuseAt(`the offset of ${what} is 0`, at);
    return at + offset;
  }

  async function readText(at: number, what: string): Promise<string> {
    const length = (await view(at, at + 4, what)).getUint32(0, true);
    if (at + 4 + length + 1 > end) throw refuseAt(`${what} claims ${length} bytes, more than there are`, at);
    return reader.text(at + 4, at + 4 + length, what);
  }

  async function open(position: number, what: string): Promise<Table> {
    count(position);
    if (position % 4 !== start % 4) throw refuseAt(`${what} does not begin at a multiple of 4`, position);
    const shapeAt = position - (await view(position, position + 4, what)).getInt32(0, true);
    const sizes = await view(shapeAt, shapeAt + 4, `the layout of ${what}`);
    const [shapeBytes, tableBytes] = [sizes.getUint16(0, true), sizes.getUint16(2, true)];
    if (shapeBytes < 4 || shapeBytes % 2 !== 0 || tableBytes < 4) throw refuseAt(`the layout of ${what} has ${shapeBytes} bytes for ${tableBytes}`, shapeAt);
    const shape = await view(shapeAt, shapeAt + shapeBytes, `the layout of ${what}`);
    const data = await view(position, position + tableBytes, what);

    function offsetOf(field: number, bytes: number): number {
      const at = 4 + 2 * field;
      const offset = at + 2 <= shapeBytes ? shape.getUint16(at, true) : 0;
      if (offset !== 0 && (offset < 4 || offset + bytes > tableBytes)) throw refuseAt(`field ${field} of ${what} lies outside of it`, position);
      return offset;
    }

    async function targetOf(field: number, part: string): Promise<number | undefined> {
      const offset = offsetOf(field, 4);
      return offset === 0 ? undefined : follow(position + offset, part);
    }

    async function vector(field: number, elementBytes: number, part: string): Promise<(Range & { count: number }) | undefined> {
      const at = await targetOf(field, part);
      if (at === undefined) return undefined;
      count(at);
      const length = (await view(at, at + 4, part)).getUint32(0, true);
      if (at + 4 + length * elementBytes > end) throw refuseAt(`${part} claims ${length} elements, more than there are bytes for`, at);
      return { start: at + 4, end: at + 4 + length * elementBytes, count: length };
    }

    async function elements(field: number, elementBytes: number, part: string): Promise<{ at: number; list: DataView; count: number } | undefined> {
      const range = await vector(field, elementBytes, part);
      if (!range) return undefined;
      if (range.end - range.start > mostVectorBytes) throw refuseAt(`${part} has ${range.count} elements, more than are read`, range.start);
      return { at: range.start, list: await view(range.start, range.end, part), count: range.count };
    }

    return {
      position,
      has: (field) => offsetOf(field, 1) !== 0,
      unsigned(field, bytes, missing = 0) {
        const at = offsetOf(field, bytes);
        if (at === 0) return missing;
        if (bytes === 8) return data.getUint32(at + 4, true) * 2 ** 32 + data.getUint32(at, true);
        return bytes === 4 ? data.getUint32(at, true) : bytes === 2 ? data.getUint16(at, true) : data.getUint8(at);
      },
      signed(field, bytes, missing = 0) {
        const at = offsetOf(field, bytes);
        if (at === 0) return missing;
        return bytes === 8 ? Number(data.getBigInt64(at, true)) : bytes === 4 ? data.getInt32(at, true) : data.getInt8(at);
      },
      async table(field, part) {
        const at = await targetOf(field, part);
        return at === undefined ? undefined : open(at, part);
      },
      async text(field, part) {
        const at = await targetOf(field, part);
        return at === undefined ? undefined : readText(at, part);
      },
      async *tables(field, part) {
        const found = await elements(field, 4, part);
        for (let index = 0; found && index < found.count; index += 1) yield await open(found.at + 4 * index + found.list.getUint32(4 * index, true), part);
      },
      async texts(field, part) {
        const found = await elements(field, 4, part);
        const texts: string[] = [];
        for (let index = 0; found && index < found.count; index += 1) {
          count(found.at);
          texts.push(await readText(found.at + 4 * index + found.list.getUint32(4 * index, true), part));
        }
        return texts;
      },
      async integers(field, bytes, part) {
        const found = await elements(field, bytes, part);
        if (!found) return [];
        return Array.from({ length: found.count }, (_, index) =>
          bytes === 4 ? found.list.getInt32(4 * index, true) : Number(found.list.getBigInt64(8 * index, true)),
        );
      },
      vector,
    };
  }

  return { reader, root: async () => open(await follow(start, "the root"), "the root") };
}
