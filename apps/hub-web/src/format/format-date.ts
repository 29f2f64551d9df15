const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** "24 November 2026", in UTC, so that server and browser agree. */
export function formatDate(timestamp: string): string {
  return format.format(new Date(timestamp));
}
