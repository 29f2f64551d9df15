import type { InstallRecord } from "@tenfold/core";
import { type Route, sendJson } from "../route.ts";

const toModel = ({ model, variant, installedAt }: InstallRecord) => ({
  id: `${model}:${variant.id}`,
  object: "model",
  created: Math.floor(Date.parse(installedAt) / 1000),
  owned_by: "tenfold",
});

export const listModels: Route = {
  method: "GET",
  path: "/v1/models",
  dialect: "openai",
  async handle({ models, response }) {
    sendJson(response, { object: "list", data: (await models.list()).map(toModel) });
  },
};

export const getModel: Route = {
  method: "GET",
  path: "/v1/models/*",
  dialect: "openai",
  async handle({ models, response, rest }) {
    sendJson(response, toModel(await models.find(rest)));
  },
};
