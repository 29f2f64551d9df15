export { hubAddress } from "../catalogs/hub-address.ts";
export { isRevoked } from "../discovery/revocations.ts";
export { canonicalMetadata } from "./canonical-metadata.ts";
export { type AddedHub, createHubList, type HubList, trustFolder } from "./hub-list.ts";
export { type Envelope, metadataLimits, type RoleName, type Root, type TargetFile } from "./metadata.ts";
export { createTrustClient, type LastKnown, type TrustClient, type TrustClientOptions, type Trusted } from "./trust-client.ts";
export type { RefusalReason } from "./trust-refusal.ts";
export { createTrustStateFile, metadataFiles, type TrustState, type TrustStateFile } from "./trust-state.ts";
export { openRoot, rootFingerprint } from "./trusted-metadata.ts";
