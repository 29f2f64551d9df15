export { type CheckHostOptions, checkHost, type HostCheck } from "./node/check-host.ts";
export type { HostLimits } from "./node/confined.ts";
export { hostEnvironment } from "./node/host-environment.ts";
export type { HostVectors } from "./node/host-vectors.ts";
export { type HostedAdapter, type InHostOptions, inHost } from "./node/in-host.ts";
export { runHost } from "./node/run-host.ts";
export { type HostCommand, type HostProcess, spawnHost } from "./node/spawn-host.ts";
