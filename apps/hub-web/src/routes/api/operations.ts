import { artifactOperation } from "./artifact-operation.ts";
import { deviceOperations } from "./device-operations.ts";
import { modelOperations } from "./model-operations.ts";
import type { Operation } from "./operation.ts";
import { releaseOperations } from "./release-operations.ts";

/** The whole API, in the order in which it is described. */
export const operations: readonly Operation[] = [...modelOperations, ...releaseOperations, artifactOperation, ...deviceOperations];
