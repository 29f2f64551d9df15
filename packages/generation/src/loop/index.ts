export { type ResolvedSampling, resolveSampling, samplingDefaults } from "./sampling/sampling-settings.ts";
