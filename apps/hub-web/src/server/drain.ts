import type { Server } from "node:http";

/** Stops taking requests and waits for the running ones; those that outlast `graceMs` are cut off. */
export async function drain(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  // A connection that was busy a moment ago stays open for keep-alive; it is idle once its answer is out.
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  await closed;
  clearTimeout(cutOff);
  clearInterval(sweep);
}
