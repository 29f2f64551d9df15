export { collectRegularly } from "./collect-regularly.ts";
export { createRandom } from "./create-random.ts";
export { openDescriptors } from "./open-descriptors.ts";
export { residentBytes } from "./resident-bytes.ts";
export { soakRounds } from "./soak-rounds.ts";
