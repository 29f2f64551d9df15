import { z } from "zod";
import packageFile from "../../../package.json" with { type: "json" };
import { namedSchemas } from "./answers.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";

/** The OpenAPI 3.1 document of the API, made from what validates questions and answers. */
export function openApiDocument() {
  return {
    openapi: "3.1.0",
    info: {
      title: "Tenfold hub",
      version: packageFile.version,
      description:
        "What this hub publishes. Read-only, for anybody, from any origin. Answers carry an ETag; errors are problem details (RFC 9457) with a code.",
      license: { name: packageFile.license, identifier: packageFile.license },
    },
    servers: [{ url: "/" }],
    paths: Object.fromEntries(operations.map((one) => [one.path, { get: pathItem(one) }])),
    components: { schemas: schemas() },
  };
}

function pathItem({ id, summary, pathParameters, queryParameters, answer, missing }: Operation) {
  const asksNothing = Object.keys({ ...pathParameters.shape, ...queryParameters.shape }).length === 0;
  return {
    operationId: id,
    summary,
    parameters: [...parameters("path", pathParameters), ...parameters("query", queryParameters)],
    responses: {
      200: {
        description: "Found.",
        headers: { ETag: { description: "For If-None-Match.", schema: { type: "string" } } },
        content: { "application/json": { schema: { $ref: `#/components/schemas/${nameOf(answer)}` } } },
      },
      304: { description: "The client has it already." },
      ...(asksNothing ? {} : { 400: problem("A parameter is wrong, or unknown.") }),
      ...(missing ? { 404: problem(missing.detail) } : {}),
    },
  };
}

function problem(description: string) {
  return { description, content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };
}

function parameters(place: "path" | "query", schema: z.ZodObject) {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...shape } = property as { description?: string };
    return { name, in: place, required: required.includes(name), ...(description === undefined ? {} : { description }), schema: shape };
  });
}

/** Open objects: a later version may say more, and an older client passes it over. */
function schemas() {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(namedSchemas)) registry.add(schema, { id });
  const { schemas: found } = z.toJSONSchema(registry, { io: "input", uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(found).map(([name, { $id: _id, $schema: _dialect, ...schema }]) => [name, schema]));
}

function nameOf(schema: z.ZodType): string {
  const name = Object.entries(namedSchemas).find(([, one]) => one === schema)?.[0];
  if (name === undefined) throw new Error("an answer's schema has no name: add it to namedSchemas");
  return name;
}
