import { createHash } from "node:crypto";
import { parse, TenfoldError } from "@tenfold/catalog";
import { type JsonResponseOptions, jsonResponse } from "../../http/json-response.ts";
import { problemResponse } from "../../http/problem-response.ts";
import type { Hub } from "../../hub/open-hub.ts";
import type { PublicRoute } from "../public-route.ts";
import { openApiDocument } from "./openapi-document.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
/** Answers that a release fixes are the same objects each time. */
const encoded = new WeakMap<object, EncodedAnswer>();
let document: Uint8Array<ArrayBuffer> | undefined;

/** Where the API describes itself. */
export const openApiRoute: PublicRoute = {
  path: /^\/api\/v1\/openapi\.json$/,
  name: "/api/v1/openapi.json",
  async answer(request) {
    document ??= encode(openApiDocument());
    return jsonResponse(request, { bytes: document, immutable: false });
  },
};

/** Every operation of the API as a route. */
export const apiRoutes: readonly PublicRoute[] = operations.map((one) => ({
  path: new RegExp(`^${one.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
  name: one.path,
  answer: (request, match, hub) => answerOperation(request, one, match.groups ?? {}, hub),
}));

async function answerOperation(request: Request, one: Operation, groups: Readonly<Record<string, string>>, hub: Hub): Promise<Response> {
  try {
    const query = Object.fromEntries(new URL(request.url).searchParams);
    const input = {
      ...parse(one.pathParameters, decoded(groups), "request", "invalid-input"),
      ...parse(one.queryParameters, query, "request", "invalid-input"),
    };
    const found = await one.find(input, hub);
    if (found === undefined && one.missing) return problemResponse(404, one.missing.code, one.missing.detail);
    return jsonResponse(request, { ...encodedOnce(found), immutable: false });
  } catch (error) {
    if (TenfoldError.is(error, "invalid-input")) return problemResponse(400, error.code, error.message);
    throw error;
  }
}

type EncodedAnswer = Pick<JsonResponseOptions, "bytes"> & { readonly sha256: string };

function encodedOnce(found: unknown): EncodedAnswer {
  const known = typeof found === "object" && found !== null ? encoded.get(found) : undefined;
  if (known !== undefined) return known;
  const bytes = encode(found);
  const answer = { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
  if (typeof found === "object" && found !== null) encoded.set(found, answer);
  return answer;
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch (cause) {
    throw new TenfoldError("invalid-input", "The address is not encoded as addresses are.", { cause });
  }
}
