import type { BlockLayout, UnpackedBlocks } from "./block-layout.ts";
import { fromFloat16 } from "./float16.ts";

/** Blocks of 32 with one scale each. Layouts: ggml-common.h of llama.cpp. */
const simple = { fileElements: 32, blockElements: 32, hasMinima: false } as const;

const half = (bytes: Uint8Array, at: number) => fromFloat16((bytes[at] as number) | ((bytes[at + 1] as number) << 8));

/** Sixteen bytes hold elements 0 to 15 in their low half and 16 to 31 in their high half. */
function unpackNibbles(bytes: Uint8Array, at: number, integers: Uint8Array, element: number): void {
  for (let index = 0; index < 16; index += 1) {
    const byte = bytes[at + index] as number;
    integers[element + index] = byte & 15;
    integers[element + index + 16] = byte >> 4;
  }
}

/** The fifth bit of element n is bit n of four bytes. */
function addFifthBits(bytes: Uint8Array, at: number, integers: Uint8Array, element: number): void {
  for (let index = 0; index < 32; index += 1) {
    const bit = ((bytes[at + (index >> 3)] as number) >> (index & 7)) & 1;
    integers[element + index] = (integers[element + index] as number) | (bit << 4);
  }
}

const q8Zero = { ...simple, type: "Q8_0", fileBytes: 34, bits: 8, zeroPoint: 128 } as const;
const q4Zero = { ...simple, type: "Q4_0", fileBytes: 18, bits: 4, zeroPoint: 8 } as const;
const q4One = { ...simple, type: "Q4_1", fileBytes: 20, bits: 4, zeroPoint: 0, hasMinima: true } as const;
const q5Zero = { ...simple, type: "Q5_0", fileBytes: 22, bits: 8, zeroPoint: 16 } as const;
const q5One = { ...simple, type: "Q5_1", fileBytes: 24, bits: 8, zeroPoint: 0, hasMinima: true } as const;
const iq4Nl = { ...simple, type: "IQ4_NL", fileBytes: 18, bits: 8, zeroPoint: 128 } as const;
const iq4Xs = { ...simple, type: "IQ4_XS", fileElements: 256, fileBytes: 136, bits: 8, zeroPoint: 128 } as const;

/** What the 16 codes of IQ4 stand for (kvalues_iq4nl of ggml-common.h). */
const iq4Values = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

function codesToIntegers(integers: Uint8Array, element: number): void {
  for (let index = element; index < element + 32; index += 1) integers[index] = (iq4Values[integers[index] as number] as number) + 128;
}

export const simpleLayouts: readonly BlockLayout[] = [
  {
    ...q8Zero,
    unpack(bytes, at, { integers, scales }, element) {
      scales[element / 32] = half(bytes, at);
      // int8 plus 128 is the byte with its highest bit turned.
      for (let index = 0; index < 32; index += 1) integers[element + index] = (bytes[at + 2 + index] as number) ^ 128;
    },
  },
  {
    ...q4Zero,
    unpack(bytes, at, { integers, scales }, element) {
      scales[element / 32] = half(bytes, at);
      unpackNibbles(bytes, at + 2, integers, element);
    },
  },
  {
    ...q4One,
    unpack(bytes, at, into, element) {
      readScaleAndMinimum(bytes, at, into, element);
      unpackNibbles(bytes, at + 4, into.integers, element);
    },
  },
  {
    ...q5Zero,
    unpack(bytes, at, { integers, scales }, element) {
      scales[element / 32] = half(bytes, at);
      unpackNibbles(bytes, at + 6, integers, element);
      addFifthBits(bytes, at + 2, integers, element);
    },
  },
  {
    ...q5One,
    unpack(bytes, at, into, element) {
      readScaleAndMinimum(bytes, at, into, element);
      unpackNibbles(bytes, at + 8, into.integers, element);
      addFifthBits(bytes, at + 4, into.integers, element);
    },
  },
  {
    ...iq4Nl,
    unpack(bytes, at, { integers, scales }, element) {
      scales[element / 32] = half(bytes, at);
      unpackNibbles(bytes, at + 2, integers, element);
      codesToIntegers(integers, element);
    },
  },
  {
    ...iq4Xs,
    unpack(bytes, at, { integers, scales }, element) {
      const whole = half(bytes, at);
      const high = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
      for (let block = 0; block < 8; block += 1) {
        const low = ((bytes[at + 4 + (block >> 1)] as number) >> (4 * (block & 1))) & 15;
        scales[element / 32 + block] = whole * ((low | (((high >> (2 * block)) & 3) << 4)) - 32);
        unpackNibbles(bytes, at + 8 + 16 * block, integers, element + 32 * block);
        codesToIntegers(integers, element + 32 * block);
      }
    },
  },
];

function readScaleAndMinimum(bytes: Uint8Array, at: number, { scales, minima }: UnpackedBlocks, element: number): void {
  scales[element / 32] = half(bytes, at);
  minima[element / 32] = half(bytes, at + 2);
}
