export type LogLevel = "debug" | "info" | "warning" | "error";

/** Where diagnostics go. Never prompts, answers or secrets; never stdout. */
export type Log = (level: LogLevel, message: string, details?: Readonly<Record<string, unknown>>) => void;

export const silentLog: Log = () => {};
