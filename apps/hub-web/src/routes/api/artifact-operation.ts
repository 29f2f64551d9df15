import { z } from "zod";
import { findArtifact } from "../../catalog/find-artifact.ts";
import { artifactAnswerSchema } from "./answers.ts";
import { operation } from "./operation.ts";

export const artifactOperation = operation({
  path: "/api/v1/artifacts/{sha256}",
  id: "getArtifact",
  summary: "What is known of a file: which variants hold it, and where its bytes are.",
  pathParameters: { sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256 of 64 lower-case hexadecimal digits") },
  answer: artifactAnswerSchema,
  missing: { code: "unknown-artifact", detail: "This hub publishes and holds no file of that SHA-256." },
  find: ({ sha256 }, { database }) => findArtifact(database, sha256),
});
