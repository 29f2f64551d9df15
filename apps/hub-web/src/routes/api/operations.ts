import { artifactOperation } from "./artifact-operation.ts";
import { modelOperations } from "./model-operations.ts";
import type { Operation } from "./operation.ts";
import { releaseOperations } from "./release-operations.ts";

/** The whole API, in the order in which it is described. */
export const operations: readonly Operation[] = [...modelOperations, ...releaseOperations, artifactOperation];
