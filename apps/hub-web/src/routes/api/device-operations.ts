import { compatibilityRulesVersion } from "@tenfold/core/selection";
import { z } from "zod";
import { listDevices } from "../../devices/list-devices.ts";
import { compatibilityDocument } from "../../matrix/matrix-cell.ts";
import { matrixFilters } from "../../matrix/matrix-query.ts";
import { askedDevices, askedRows, publishedMatrix } from "../../matrix/published-matrix.ts";
import { needFilters, recommend } from "../../matrix/recommend.ts";
import { compatibilityListSchema, deviceAnswerSchema, deviceListSchema, recommendationSchema } from "./answers.ts";
import { operation } from "./operation.ts";

const cursor = z
  .string()
  .regex(/^\d{1,9}$/, "expected the nextCursor of an earlier answer")
  .transform(Number)
  .optional()
  .describe("`nextCursor` of the answer before.");

export const deviceOperations = [
  operation({
    path: "/api/v1/devices",
    id: "listDevices",
    summary: "Lists the devices that compatibility is told of, with a source for each figure.",
    answer: deviceListSchema,
    async find(_input, { database }) {
      const { devices } = await listDevices(database);
      return { total: devices.length, devices: [...devices] };
    },
  }),
  operation({
    path: "/api/v1/devices/{id}",
    id: "getDevice",
    summary: "A device.",
    pathParameters: { id: z.string().max(128).describe("The catalog's id of the device.") },
    answer: deviceAnswerSchema,
    missing: { code: "unknown-device", detail: "This hub has no such device." },
    async find(input, { database }) {
      const device = (await listDevices(database)).devices.find(({ id }) => id === input.id);
      return device && { device };
    },
  }),
  operation({
    path: "/api/v1/compatibility",
    id: "listCompatibility",
    summary: "What runs where: published variants under every framework that takes them, on the devices that are asked for.",
    queryParameters: {
      ...matrixFilters,
      limit: z.coerce.number().int().min(1).max(100).default(20).describe("Rows: each has an entry for every device."),
      cursor,
    },
    answer: compatibilityListSchema,
    async find({ limit, cursor: start = 0, ...query }, { database }) {
      const matrix = await publishedMatrix(database);
      const devices = askedDevices(matrix, query.device);
      const rows = await askedRows(database, matrix, query);
      const end = start + limit;
      return {
        total: rows.length * devices.length,
        rules: compatibilityRulesVersion,
        compatibility: rows.slice(start, end).flatMap((row) => devices.map((device) => compatibilityDocument(row, device, query))),
        ...(end < rows.length && { nextCursor: String(end) }),
      };
    },
  }),
  operation({
    path: "/api/v1/recommendation",
    id: "recommend",
    summary: "The published variants and frameworks that suit a device and a need, the best first, with reasons.",
    queryParameters: needFilters,
    answer: recommendationSchema,
    async find(need, { database }) {
      const { choices, rejected } = await recommend(database, need);
      return {
        ...{ device: need.device, contextSize: need.context, rules: compatibilityRulesVersion, rejected: rejected.length },
        choices: choices.slice(0, 100).map(({ model, variant, framework, verdict, performance, reasons }) => ({
          ...{ model, variant: variant.id, framework, verdict: verdict.verdict },
          ...(verdict.neededBytes === undefined ? {} : { neededBytes: verdict.neededBytes }),
          ...(performance ? { decodeTokensPerSecond: performance.decodeTokensPerSecond } : {}),
          reasons: [...reasons],
        })),
      };
    },
  }),
];
