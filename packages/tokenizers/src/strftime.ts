const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const two = (value: number) => String(value).padStart(2, "0");

/** The directives of Python's strftime that templates use, in local time and in English wherever it runs. Others stay as they are. */
export function strftime(date: Date, format: string): string {
  const values: Record<string, () => string> = {
    "%Y": () => String(date.getFullYear()),
    "%y": () => two(date.getFullYear() % 100),
    "%m": () => two(date.getMonth() + 1),
    "%d": () => two(date.getDate()),
    "%B": () => months[date.getMonth()] ?? "",
    "%b": () => (months[date.getMonth()] ?? "").slice(0, 3),
    "%A": () => days[date.getDay()] ?? "",
    "%a": () => (days[date.getDay()] ?? "").slice(0, 3),
    "%H": () => two(date.getHours()),
    "%I": () => two(date.getHours() % 12 || 12),
    "%M": () => two(date.getMinutes()),
    "%S": () => two(date.getSeconds()),
    "%p": () => (date.getHours() < 12 ? "AM" : "PM"),
    "%%": () => "%",
  };
  return format.replace(/%./g, (directive) => values[directive]?.() ?? directive);
}
