import { InvalidArgumentError, Option } from "commander";

/** An option that takes a number and says so when it gets something else. */
export function numberOption(
  flags: string,
  description: string,
  { minimum, maximum, whole = false }: { minimum: number; maximum?: number; whole?: boolean },
): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    const fits =
      text.trim() !== "" && Number.isFinite(value) && value >= minimum && value <= (maximum ?? Number.MAX_SAFE_INTEGER) && (!whole || Number.isInteger(value));
    if (fits) return value;
    const range = maximum === undefined ? `of ${minimum} or more` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`It takes a ${whole ? "whole " : ""}number ${range}.`);
  });
}

/** An option that takes whole numbers above 0, with commas between them. */
export function wholeNumbersOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const values = text.split(",").map((part) => Number(part.trim() || Number.NaN));
    if (values.every((value) => Number.isSafeInteger(value) && value > 0)) return values;
    throw new InvalidArgumentError("It takes whole numbers above 0, with commas between them: 1,2,4.");
  });
}
