/// <reference lib="dom" />

let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/** Lets everything happen that waits for this thread: a page paints, answers and aborts. Timers would wait for 4 ms. */
export function nextTask(): Promise<void> {
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  const { port2 } = channel;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(undefined);
  });
}
