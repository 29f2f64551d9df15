const table = new Float32Array(65_536);
for (let bits = 0; bits < 65_536; bits += 1) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size =
    exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction ? Number.NaN : Number.POSITIVE_INFINITY) : (1024 + fraction) * 2 ** (exponent - 25);
  table[bits] = bits & 0x8000 ? -size : size;
}

/** The value of a 16-bit float (IEEE 754 binary16). */
export function fromFloat16(bits: number): number {
  return table[bits] as number;
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The nearest 16-bit float of a 32-bit one, ties to even; what is too large becomes infinity. */
export function toFloat16(value: number): number {
  float[0] = value;
  const bits = word[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 255) - 127;
  const fraction = bits & 0x7fffff;
  if (exponent === 128) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  if (exponent >= 16) return sign | 0x7c00;
  // A carry out of the fraction moves into the exponent, as it should.
  if (exponent >= -14) return sign | (((exponent + 15) << 10) + roundedShift(fraction, 13));
  if (exponent < -25) return sign;
  return sign | roundedShift(fraction | 0x800000, -exponent - 1);
}

/** The nearest bfloat16 of a 32-bit float, ties to even. */
export function toBfloat16(value: number): number {
  float[0] = value;
  const bits = word[0] as number;
  return Number.isNaN(value) ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function roundedShift(value: number, by: number): number {
  const kept = value >>> by;
  const rest = value & (2 ** by - 1);
  const half = 2 ** (by - 1);
  return rest > half || (rest === half && kept & 1) ? kept + 1 : kept;
}
