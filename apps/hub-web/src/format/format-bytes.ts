const units = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** Three figures and a decimal unit, as shops and phones count: "98.4 MB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Number(value.toPrecision(3)) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** "730 kB – 4.49 MB", or the one size when both read alike. */
export function formatByteRange({ smallest, largest }: { smallest: number; largest: number }): string {
  const [first, last] = [formatBytes(smallest), formatBytes(largest)];
  return first === last ? first : `${first} – ${last}`;
}
