import type { ServerResponse } from "node:http";
import type { GenerateEvent } from "@tenfold/core";
import { errorAnswer } from "../error-answer.ts";
import { openLines, sendJson } from "../route.ts";
import { toFigures } from "./settings.ts";

/** A piece of an answer: text, thoughts or calls. */
export interface Piece {
  text: string;
  thinking: string;
  calls: { function: { name: string; arguments: unknown } }[];
}

interface SendOptions {
  events: AsyncIterable<GenerateEvent>;
  response: ServerResponse;
  streams: boolean;
  model: string;
  createdAt: () => string;
  /** The piece in the shape of the route. */
  shape(piece: Piece): object;
}

/** Sends an answer as lines while it comes, or whole. */
export async function sendAnswer({ events, response, streams, model, createdAt, shape }: SendOptions): Promise<void> {
  const all: Piece = { text: "", thinking: "", calls: [] };
  let lines: ReturnType<typeof openLines> | undefined;
  const send = async (value: object) => {
    lines ??= openLines(response);
    await lines.send(`${JSON.stringify(value)}\n`);
  };
  try {
    for await (const event of events) {
      const piece = pieceOf(event);
      if (piece) {
        all.text += piece.text;
        all.thinking += piece.thinking;
        all.calls.push(...piece.calls);
        if (streams) await send({ model, created_at: createdAt(), ...shape(piece), done: false });
      } else if (event.type === "finish") {
        const said = streams ? { text: "", thinking: "", calls: [] } : all;
        const reason = event.reason === "length" ? "length" : "stop";
        const last = { model, created_at: createdAt(), ...shape(said), done: true, done_reason: reason, ...toFigures(event.usage, event.timings) };
        if (!streams) return sendJson(response, last);
        await send(last);
      }
    }
    lines?.end();
  } catch (error) {
    if (!lines) throw error;
    await send(errorAnswer(error, "ollama").body as object);
    lines.end();
  }
}

function pieceOf(event: GenerateEvent): Piece | undefined {
  if (event.type === "text") return { text: event.text, thinking: "", calls: [] };
  if (event.type === "reasoning") return { text: "", thinking: event.text, calls: [] };
  if (event.type === "tool-call") return { text: "", thinking: "", calls: [{ function: { name: event.name, arguments: event.arguments } }] };
  return undefined;
}
