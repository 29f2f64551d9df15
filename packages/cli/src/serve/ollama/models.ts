import type { InstallRecord } from "@tenfold/core";
import * as z from "zod/mini";
import { type Route, readBody, sendJson } from "../route.ts";

const nameOf = ({ model, variant }: InstallRecord) => `${model}:${variant.id}`;
const bytesOf = ({ files }: InstallRecord) => files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
const detailsOf = ({ variant, metadata }: InstallRecord) => ({
  format: variant.format,
  family: metadata.architecture ?? "",
  families: metadata.architecture ? [metadata.architecture] : [],
  parameter_size: metadata.parameterCount === undefined ? "" : `${(metadata.parameterCount / 1e6).toFixed(1)}M`,
  quantization_level: metadata.quantization ?? "",
});

export const tags: Route = {
  method: "GET",
  path: "/api/tags",
  dialect: "ollama",
  async handle({ models, response }) {
    const all = (await models.list()).map((record) => ({
      ...{ name: nameOf(record), model: nameOf(record), modified_at: record.installedAt, size: bytesOf(record) },
      ...{ digest: record.manifestSha256, details: detailsOf(record) },
    }));
    sendJson(response, { models: all });
  },
};

export const show: Route = {
  method: "POST",
  path: "/api/show",
  dialect: "ollama",
  async handle({ models, request, response }) {
    const body = await readBody(z.object({ model: z.optional(z.string()), name: z.optional(z.string()) }), request);
    const record = await models.find(body.model ?? body.name ?? "");
    const { metadata } = record;
    sendJson(response, {
      ...{ modified_at: record.installedAt, details: detailsOf(record), template: metadata.chatTemplate ?? "" },
      model_info: {
        "general.architecture": metadata.architecture ?? "",
        "general.parameter_count": metadata.parameterCount ?? 0,
        [`${metadata.architecture ?? "model"}.context_length`]: metadata.contextLength ?? 0,
      },
    });
  },
};

export const ps: Route = {
  method: "GET",
  path: "/api/ps",
  dialect: "ollama",
  async handle({ models, response }) {
    const all = models.loaded().map(({ model, variant, bytes }) => ({ name: `${model}:${variant}`, model: `${model}:${variant}`, size: bytes, size_vram: 0 }));
    sendJson(response, { models: all });
  },
};
