import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { TenfoldError } from "@tenfold/catalog";

export interface AccessOptions {
  /** One of these must come as `Authorization: Bearer KEY`; with none, anybody may ask. */
  apiKeys: readonly string[];
  /** Origins whose pages may ask; "*" is all of them. */
  origins: readonly string[];
  /** Names that the server goes by; a request for another one comes from a page that was led here by a false name. Absent: any. */
  hosts?: readonly string[];
}

export interface Access {
  /** @throws TenfoldError `unauthorized`, `forbidden`. */
  check(request: IncomingMessage): void;
  /** What a page of another origin needs to read the answer. */
  allow(request: IncomingMessage, response: ServerResponse): void;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

export function createAccess({ apiKeys, origins, hosts }: AccessOptions): Access {
  const known = apiKeys.map(digest);
  const mayAsk = (origin: string) => origins.includes("*") || origins.includes(origin);
  return {
    check({ headers }) {
      const host = headers.host?.replace(/:\d+$/, "");
      if (hosts && (host === undefined || !hosts.includes(host)))
        throw new TenfoldError("forbidden", `This server does not go by the name ${host}.`, { remedy: "Ask for it by its address, or start it with --host." });
      if (headers.origin !== undefined && headers.origin !== `http://${headers.host}` && !mayAsk(headers.origin))
        throw new TenfoldError("forbidden", `Pages of ${headers.origin} may not ask this server.`, { remedy: `Start it with --origin ${headers.origin}.` });
      if (known.length === 0) return;
      const given = digest(/^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? "");
      if (!known.some((one) => timingSafeEqual(one, given)))
        throw new TenfoldError("unauthorized", "The API key is missing or wrong.", {
          remedy: "Send one that the server was started with, as `Authorization: Bearer KEY`.",
        });
    },
    allow({ headers: { origin } }, response) {
      if (origin === undefined || !mayAsk(origin)) return;
      response.setHeader("access-control-allow-origin", origin);
      response.setHeader("vary", "origin");
      response.setHeader("access-control-allow-headers", "authorization, content-type, *");
      response.setHeader("access-control-allow-methods", "GET, POST, OPTIONS");
    },
  };
}
