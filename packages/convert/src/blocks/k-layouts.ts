import type { BlockLayout, UnpackedBlocks } from "./block-layout.ts";
import { fromFloat16 } from "./float16.ts";

/** Blocks of 256 whose parts have small integers as scales. Layouts: ggml-common.h and ggml-quants.c of llama.cpp. */
const k = { fileElements: 256 } as const;

const half = (bytes: Uint8Array, at: number) => fromFloat16((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
const byte = (bytes: Uint8Array, at: number) => bytes[at] as number;
const signed = (value: number) => (value << 24) >> 24;

/** Eight scales and eight minima of six bits each, packed into twelve bytes: Q4_K and Q5_K. */
function unpackSixBits(bytes: Uint8Array, at: number, { scales, minima }: UnpackedBlocks, block: number): void {
  const scale = half(bytes, at);
  const minimum = half(bytes, at + 2);
  const packed = at + 4;
  for (let index = 0; index < 8; index += 1) {
    const first = index < 4 ? byte(bytes, packed + index) & 63 : (byte(bytes, packed + index + 4) & 15) | ((byte(bytes, packed + index - 4) >> 6) << 4);
    const second = index < 4 ? byte(bytes, packed + index + 4) & 63 : (byte(bytes, packed + index + 4) >> 4) | ((byte(bytes, packed + index) >> 6) << 4);
    scales[block + index] = scale * first;
    minima[block + index] = -(minimum * second);
  }
}

export const kLayouts: readonly BlockLayout[] = [
  {
    ...k,
    type: "Q2_K",
    fileBytes: 84,
    blockElements: 16,
    bits: 4,
    zeroPoint: 0,
    hasMinima: true,
    unpack(bytes, at, { integers, scales, minima }, element) {
      const scale = half(bytes, at + 80);
      const minimum = half(bytes, at + 82);
      for (let block = 0; block < 16; block += 1) {
        scales[element / 16 + block] = scale * (byte(bytes, at + block) & 15);
        minima[element / 16 + block] = -(minimum * (byte(bytes, at + block) >> 4));
      }
      for (let index = 0; index < 256; index += 1) {
        integers[element + index] = (byte(bytes, at + 16 + 32 * (index >> 7) + (index & 31)) >> (2 * ((index >> 5) & 3))) & 3;
      }
    },
  },
  {
    ...k,
    type: "Q3_K",
    fileBytes: 110,
    blockElements: 16,
    bits: 4,
    zeroPoint: 4,
    hasMinima: false,
    unpack(bytes, at, { integers, scales }, element) {
      const scale = half(bytes, at + 108);
      for (let block = 0; block < 16; block += 1) {
        const low = (byte(bytes, at + 96 + (block & 7)) >> (4 * (block >> 3))) & 15;
        const high = (byte(bytes, at + 104 + (block & 3)) >> (2 * (block >> 2))) & 3;
        scales[element / 16 + block] = scale * ((low | (high << 4)) - 32);
      }
      for (let index = 0; index < 256; index += 1) {
        const low = (byte(bytes, at + 32 + 32 * (index >> 7) + (index & 31)) >> (2 * ((index >> 5) & 3))) & 3;
        const high = (byte(bytes, at + (index & 31)) >> (index >> 5)) & 1;
        integers[element + index] = low | (high << 2);
      }
    },
  },
  {
    ...k,
    type: "Q4_K",
    fileBytes: 144,
    blockElements: 32,
    bits: 4,
    zeroPoint: 0,
    hasMinima: true,
    unpack(bytes, at, into, element) {
      unpackSixBits(bytes, at, into, element / 32);
      for (let index = 0; index < 256; index += 1) {
        into.integers[element + index] = (byte(bytes, at + 16 + 32 * (index >> 6) + (index & 31)) >> (4 * ((index >> 5) & 1))) & 15;
      }
    },
  },
  {
    ...k,
    type: "Q5_K",
    fileBytes: 176,
    blockElements: 32,
    bits: 8,
    zeroPoint: 0,
    hasMinima: true,
    unpack(bytes, at, into, element) {
      unpackSixBits(bytes, at, into, element / 32);
      for (let index = 0; index < 256; index += 1) {
        const low = (byte(bytes, at + 48 + 32 * (index >> 6) + (index & 31)) >> (4 * ((index >> 5) & 1))) & 15;
        const high = (byte(bytes, at + 16 + (index & 31)) >> (index >> 5)) & 1;
        into.integers[element + index] = low | (high << 4);
      }
    },
  },
  {
    ...k,
    type: "Q6_K",
    fileBytes: 210,
    blockElements: 16,
    bits: 8,
    zeroPoint: 32,
    hasMinima: false,
    unpack(bytes, at, { integers, scales }, element) {
      const scale = half(bytes, at + 208);
      for (let block = 0; block < 16; block += 1) scales[element / 16 + block] = scale * signed(byte(bytes, at + 192 + block));
      for (let index = 0; index < 256; index += 1) {
        const [part, within] = [index >> 7, index & 127];
        const low = (byte(bytes, at + 64 * part + (within & 63)) >> (4 * (within >> 6))) & 15;
        const high = (byte(bytes, at + 128 + 32 * part + (within & 31)) >> (2 * (within >> 5))) & 3;
        integers[element + index] = low | (high << 4);
      }
    },
  },
];
