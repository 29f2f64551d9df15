const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** "24 November 2026", in UTC, so that server and browser agree. */
export function formatDate(timestamp: string): string {
  return format.format(new Date(timestamp));
}

const formatWithTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** "24 Nov 2026, 17:05 UTC". */
export function formatTime(timestamp: string): string {
  return `${formatWithTime.format(new Date(timestamp))} UTC`;
}
