import type { IncomingMessage, ServerResponse } from "node:http";
import { parse, TenfoldError } from "@tenfold/catalog";
import type * as z from "zod/mini";
import type { ServedModels } from "./served-models.ts";

/** Whose error shape a client expects. */
export type Dialect = "openai" | "ollama";

/** One request on its way to an answer. */
export interface Exchange {
  readonly models: ServedModels;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What stands for the `*` at the end of the route's path. */
  readonly rest: string;
  /** Aborted when the client leaves or the server stops. */
  readonly signal: AbortSignal;
  /** Seconds since 1970. */
  now(): number;
  id(prefix: string): string;
}

export interface Route {
  method: "GET" | "POST" | "HEAD";
  /** "/v1/models", or "/v1/models/*". */
  path: string;
  dialect: Dialect;
  handle(exchange: Exchange): Promise<void>;
}

const maxBodyBytes = 64 * 1024 * 1024;

/** The body of a request. @throws TenfoldError `invalid-input` naming each wrong place. */
export async function readBody<Schema extends z.core.$ZodType>(schema: Schema, request: IncomingMessage): Promise<z.output<Schema>> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBodyBytes) throw new TenfoldError("invalid-input", `A request may have ${maxBodyBytes} bytes at most.`);
    pieces.push(piece);
  }
  let data: unknown;
  try {
    data = JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch (cause) {
    throw new TenfoldError("invalid-input", "The request's body is not JSON.", { cause });
  }
  return parse(schema, data, "request", "invalid-input");
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(value));
}

/** Writes pieces as they come, no faster than the client reads them. */
export interface Sender {
  send(text: string): Promise<void>;
  end(): void;
}

export function openStream(response: ServerResponse, contentType: string): Sender {
  response.writeHead(200, { "content-type": contentType, "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" });
  return {
    async send(text) {
      if (response.destroyed || response.write(text)) return;
      await new Promise<void>((resolve) => {
        const go = () => {
          response.off("drain", go).off("close", go);
          resolve();
        };
        response.once("drain", go).once("close", go);
      });
    },
    end: () => void response.end(),
  };
}

/** Server-sent events, as OpenAI's clients read them. */
export const openEvents = (response: ServerResponse) => openStream(response, "text/event-stream; charset=utf-8");

/** Lines of JSON, as Ollama's clients read them. */
export const openLines = (response: ServerResponse) => openStream(response, "application/x-ndjson");
