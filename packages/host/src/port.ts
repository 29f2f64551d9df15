/** One end of a message channel: a MessagePort of browsers, workers or Node. Messages arrive whole and in order. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close" | "messageerror", listener: () => void): void;
  start?(): void;
  close?(): void;
  /** Node: whether the channel keeps the process alive. */
  ref?(): void;
  unref?(): void;
}
