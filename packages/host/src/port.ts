/** One end of a message channel: a MessagePort of browsers, workers or Node, or two pipes. Messages arrive whole and in order. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  /** Ports that know why they closed say so. */
  addEventListener(type: "close" | "messageerror", listener: (event?: { error?: unknown }) => void): void;
  start?(): void;
  close?(): void;
  /** Node: whether the channel keeps the process alive. */
  ref?(): void;
  unref?(): void;
}
