import { z } from "zod";
import type { Hub } from "../../hub/open-hub.ts";

/** One question that the API answers: what validates it, what finds the answer, and what the OpenAPI document says of both. */
export interface Operation {
  /** As OpenAPI writes it: `/api/v1/models/{id}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly pathParameters: z.ZodObject;
  readonly queryParameters: z.ZodObject;
  readonly answer: z.ZodType;
  /** What 404 means here; absent where there is always an answer. */
  readonly missing?: { readonly code: string; readonly detail: string };
  /** Both kinds of parameters together, checked. */
  find(input: Record<string, unknown>, hub: Hub): Promise<unknown>;
}

export interface OperationOptions<Path extends z.ZodRawShape, Query extends z.ZodRawShape, Answer extends z.ZodType>
  extends Pick<Operation, "path" | "id" | "summary" | "missing"> {
  readonly pathParameters?: Path;
  readonly queryParameters?: Query;
  readonly answer: Answer;
  find(input: z.output<z.ZodObject<Path>> & z.output<z.ZodObject<Query>>, hub: Hub): Promise<z.input<Answer> | undefined>;
}

export function operation<Answer extends z.ZodType, Path extends z.ZodRawShape = Record<never, never>, Query extends z.ZodRawShape = Record<never, never>>({
  pathParameters,
  queryParameters,
  find,
  ...options
}: OperationOptions<Path, Query, Answer>): Operation {
  return {
    ...options,
    pathParameters: z.object(pathParameters ?? {}),
    // Strict: a filter that is misspelt must not answer with everything.
    queryParameters: z.strictObject(queryParameters ?? {}),
    find: (input, hub) => find(input as Parameters<typeof find>[0], hub),
  };
}
