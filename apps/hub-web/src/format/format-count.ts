/** How many parameters a model has, as its name would say it: "135M", "1.24B". */
export function formatParameters(count: number): string {
  const inUnitsOf = (unit: number) => Number((count / unit).toPrecision(3));
  // Rounded first: 999.9 million reads as a billion.
  if (inUnitsOf(1e6) >= 1000) return `${inUnitsOf(1e9)}B`;
  if (inUnitsOf(1e6) >= 1) return `${inUnitsOf(1e6)}M`;
  return new Intl.NumberFormat("en-GB").format(count);
}

/** "1 model", "19 models". */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${new Intl.NumberFormat("en-GB").format(count)} ${count === 1 ? one : many}`;
}
