import { z } from "zod";
import { listChannels } from "../../catalog/list-channels.ts";
import { findRelease, listReleases } from "../../catalog/list-releases.ts";
import { listRevocations } from "../../catalog/list-revocations.ts";
import { channelListSchema, releaseListSchema, releaseSummarySchema, revocationListSchema } from "./answers.ts";
import { operation } from "./operation.ts";

const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, "expected the nextCursor of an earlier answer")
    .transform(Number)
    .optional()
    .describe("`nextCursor` of the answer before."),
};

export const releaseOperations = [
  operation({
    path: "/api/v1/releases",
    id: "listReleases",
    summary: "Lists everything that was ever published.",
    queryParameters: paging,
    answer: releaseListSchema,
    find: (query, { database }) => listReleases(database, query),
  }),
  operation({
    path: "/api/v1/releases/{number}",
    id: "getRelease",
    summary: "One release; the document itself lies under its SHA-256 in `/catalog/sha256/`.",
    pathParameters: { number: z.coerce.number().int().min(1).max(2_147_483_647) },
    answer: releaseSummarySchema,
    missing: { code: "unknown-release", detail: "This hub has published no release of that number." },
    find: ({ number }, { database }) => findRelease(database, number),
  }),
  operation({
    path: "/api/v1/channels",
    id: "listChannels",
    summary: "Which release each channel points to.",
    answer: channelListSchema,
    find: (_input, { database }) => listChannels(database),
  }),
  operation({
    path: "/api/v1/revocations",
    id: "listRevocations",
    summary: "Lists what must no longer be used. Clients take the signed list, in the release.",
    queryParameters: paging,
    answer: revocationListSchema,
    find: (query, { database }) => listRevocations(database, query),
  }),
];
