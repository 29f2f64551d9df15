// ln 2 in two parts, so that multiples of the first are exact.
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** 1/n! for n = 0 … 13: enough for 52 bits where |x| ≤ ln 2 / 2. */
const coefficients = new Float64Array(14);
coefficients[0] = 1;
for (let n = 1; n < coefficients.length; n += 1) coefficients[n] = (coefficients[n - 1] ?? 0) / n;

/** 2^-k for k = 0 … 1022. */
const negativePowers = new Float64Array(1023);
negativePowers[0] = 1;
for (let k = 1; k < negativePowers.length; k += 1) negativePowers[k] = (negativePowers[k - 1] ?? 0) / 2;

/**
 * e^x for x ≤ 0, within two units in the last place. `Math.exp` may differ from engine to engine, and with it the token that is
 * chosen; additions, multiplications and divisions of doubles may not (ECMA-262, number types).
 */
export function exponential(x: number): number {
  if (!(x > -708)) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * ln2High - k * ln2Low;
  let sum = 0;
  for (let n = coefficients.length - 1; n >= 0; n -= 1) sum = sum * r + (coefficients[n] as number);
  return sum * (negativePowers[-k] as number);
}
