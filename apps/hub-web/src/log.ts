/** What goes with a line: names, figures, never secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the hub says what it does, one line each. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Lines for people: without fields, which repeat what the message says. */
export function createLog(write: (line: string) => void): Log {
  return {
    info: (message) => write(message),
    warn: (message) => write(`warning: ${message}`),
    error: (message) => write(`error: ${message}`),
  };
}

/** Lines for machines: JSON with `time`, `level`, `message` and the fields. */
export function createJsonLog(write: (line: string) => void, clock: () => Date = () => new Date()): Log {
  const level =
    (name: string) =>
    (message: string, fields: LogFields = {}) =>
      write(JSON.stringify({ time: clock().toISOString(), level: name, message, ...fields }));
  return { info: level("info"), warn: level("warn"), error: level("error") };
}

export function openLog(format: "text" | "json", write: (line: string) => void): Log {
  return format === "json" ? createJsonLog(write) : createLog(write);
}
