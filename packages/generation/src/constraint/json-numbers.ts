import { characters, choice, type Expression, rule, sequence, text, times } from "./expression.ts";
import { fraction } from "./json-text.ts";

const digit = characters("09");
/** Digits of the largest number that is written where no bound is given. */
const mostDigits = 15;

/** Bounds as the schema means them; each may be absent. */
export interface NumberBounds {
  least?: number;
  most?: number;
  leastExcluded?: boolean;
  mostExcluded?: boolean;
}

/** Integers within bounds that are whole numbers of at most 15 digits. @returns undefined when there is none. */
export function integersWithin({
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
  leastExcluded,
  mostExcluded,
}: NumberBounds): Expression | undefined {
  return signed(Math.ceil(least) + (leastExcluded && Number.isInteger(least) ? 1 : 0), Math.floor(most) - (mostExcluded && Number.isInteger(most) ? 1 : 0));
}

/** Numbers without exponent within bounds that are whole numbers of at most 15 digits. @returns undefined when there is none. */
export function numbersWithin({
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
  leastExcluded,
  mostExcluded,
}: NumberBounds): Expression | undefined {
  const options = [integersWithin({ least, most, leastExcluded: leastExcluded === true, mostExcluded: mostExcluded === true })];
  // n.f lies between n and n + 1; only at an excluded bound does it matter whether f is zero.
  const above = (from: number, to: number, fromExcluded: boolean, sign: string) => {
    if (to - 1 < from) return;
    const signedDigits = (low: number, high: number) => {
      const inner = wholes(low, high);
      return inner && sequence(text(sign), inner);
    };
    const rest = signedDigits(fromExcluded ? from + 1 : from, to - 1);
    if (rest) options.push(sequence(rest, fraction));
    const edge = fromExcluded ? signedDigits(from, from) : undefined;
    if (edge) options.push(sequence(edge, text("."), characters("19"), times(digit, 0, 15)));
  };
  above(Math.max(0, least), most, leastExcluded === true && least >= 0, "");
  above(Math.max(0, -most), -least, mostExcluded === true && most <= 0, "-");
  const found = options.filter((option) => option !== undefined);
  return found.length === 0 ? undefined : choice(...found);
}

function signed(least: number, most: number): Expression | undefined {
  if (most < least) return undefined;
  const options: Expression[] = [];
  const positive = most >= 0 ? wholes(Math.max(0, least), most) : undefined;
  if (positive) options.push(positive);
  const negative = least < 0 ? wholes(Math.max(1, -most), -least) : undefined;
  if (negative) options.push(sequence(text("-"), negative));
  return options.length === 0 ? undefined : choice(...options);
}

/** Whole numbers from `least` ≥ 0 to `most`, without leading zeros. */
function wholes(least: number, most: number): Expression | undefined {
  if (most < least) return undefined;
  if (least === 0 && most === Number.POSITIVE_INFINITY) return rule("whole");
  const options: Expression[] = [];
  let low = String(least);
  const highest = most === Number.POSITIVE_INFINITY ? "9".repeat(Math.max(mostDigits, low.length)) : String(most);
  for (; low.length < highest.length; low = `1${"0".repeat(low.length)}`) options.push(digitsBetween(low, "9".repeat(low.length)));
  if (low <= highest) options.push(digitsBetween(low, highest));
  return choice(...options);
}

/** Digits of equal length, by their order. */
function digitsBetween(low: string, high: string): Expression {
  if (low === high) return text(low);
  const rest = low.length - 1;
  const first = (character: string) => Number(character.charAt(0));
  if (low.charAt(0) === high.charAt(0)) return sequence(text(low.charAt(0)), digitsBetween(low.slice(1), high.slice(1)));
  const options: Expression[] = [];
  let from = first(low);
  let to = first(high);
  if (rest > 0 && !/^0*$/.test(low.slice(1))) {
    options.push(sequence(text(low.charAt(0)), digitsBetween(low.slice(1), "9".repeat(rest))));
    from += 1;
  }
  if (rest > 0 && !/^9*$/.test(high.slice(1))) {
    options.push(sequence(text(high.charAt(0)), digitsBetween("0".repeat(rest), high.slice(1))));
    to -= 1;
  }
  if (from <= to) options.push(sequence(characters(`${from}${to}`), times(digit, rest, rest)));
  return choice(...options);
}
