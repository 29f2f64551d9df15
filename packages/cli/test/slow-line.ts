import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

export interface CarriedArtifact {
  /** First byte that was asked for. */
  readonly start: number;
  /** Body bytes that were passed on. */
  bytes: number;
}

export interface SlowLine {
  readonly url: string;
  /** Every request for an artifact, in order. */
  readonly artifacts: readonly CarriedArtifact[];
  /** Goes silent in the next artifact after so many bytes, and resolves when it has. The client must leave. */
  silenceAfter(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** A line to a hub that passes everything on, counts the bytes of artifacts, and can go silent in the middle of one. */
export async function openSlowLine(hubUrl: string): Promise<SlowLine> {
  const artifacts: CarriedArtifact[] = [];
  let silence: { afterBytes: number; reached: () => void } | undefined;

  async function carry(path: string, range: string | undefined, response: ServerResponse): Promise<void> {
    const answer = await fetch(`${hubUrl}${path}`, { headers: { "accept-encoding": "identity", ...(range ? { range } : {}) } });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    const artifact = path.startsWith("/artifacts/") ? { start: Number(/^bytes=(\d+)/.exec(range ?? "")?.[1] ?? 0), bytes: 0 } : undefined;
    if (artifact) artifacts.push(artifact);
    async function* passedOn() {
      for await (const piece of answer.body ?? []) {
        if (artifact) artifact.bytes += piece.length;
        yield piece;
        if (!artifact || !silence || artifact.bytes < silence.afterBytes) continue;
        const { reached } = silence;
        silence = undefined;
        const left = once(response, "close");
        reached();
        await left;
        return;
      }
    }
    await pipeline(passedOn, response);
  }

  const server = createServer((request, response) => {
    carry(request.url ?? "/", request.headers.range, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    artifacts,
    silenceAfter: (afterBytes) =>
      new Promise((resolve) => {
        silence = { afterBytes, reached: resolve };
      }),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
