import { channelIdSchema } from "@tenfold/catalog";
import { z } from "zod";
import { findModel } from "../../catalog/find-model.ts";
import { listModels } from "../../catalog/list-models.ts";
import { listVariants, variantFilters } from "../../catalog/list-variants.ts";
import { modelQuerySchema } from "../../catalog/model-query.ts";
import { modelAnswerSchema, modelListSchema, variantListSchema } from "./answers.ts";
import { operation } from "./operation.ts";

const id = z.string().max(128).describe("The catalog's id of the model.");
const channel = z.enum(channelIdSchema.options).default("stable").describe("The channel whose release is asked.");
const missing = { code: "unknown-model", detail: "This hub publishes no such model." };
// Pages with numbers are the website's; here a cursor does the same and stays exact while releases come.
const { skip: _skip, ...filters } = modelQuerySchema.shape;

export const modelOperations = [
  operation({
    path: "/api/v1/models",
    id: "listModels",
    summary: "Lists the published models.",
    queryParameters: filters,
    answer: modelListSchema,
    find: (query, { database }) => listModels(database, { ...query, skip: 0 }),
  }),
  operation({
    path: "/api/v1/models/{id}",
    id: "getModel",
    summary: "A model's manifest, and the release it is in.",
    pathParameters: { id },
    queryParameters: { channel },
    answer: modelAnswerSchema,
    missing,
    find: (input, { database }) => findModel(database, input.id, input.channel),
  }),
  operation({
    path: "/api/v1/models/{id}/variants",
    id: "listVariants",
    summary: "Lists a model's variants in the publisher's order: the first is the default.",
    pathParameters: { id },
    queryParameters: { channel, ...variantFilters },
    answer: variantListSchema,
    missing,
    find: (input, { database }) => listVariants(database, input),
  }),
];
