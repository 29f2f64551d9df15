export type { Constraint, ConstraintMatcher } from "../constraint/constraint.ts";
export {
  type ConstraintCompiler,
  type ConstraintCompilerOptions,
  type ConstraintSource,
  createConstraintCompiler,
} from "../constraint/create-constraint-compiler.ts";
export type { Vocabulary } from "../vocabulary.ts";
export { createBreakers } from "./breakers.ts";
export { createDraftModel, createPromptLookup, type Drafter } from "./drafter.ts";
export { type FitMessagesOptions, fitMessages, type OverflowPolicy } from "./fit-messages.ts";
export { createLock, type Lock } from "./lock.ts";
export type { ForwardOptions, LogitsModel } from "./logits-model.ts";
export { createSampler, type Sampler, type SamplerOptions } from "./sampling/sampler.ts";
export { type ResolvedSampling, resolveSampling, resolveSeed, samplingDefaults } from "./sampling/sampling-settings.ts";
export { createTokenLoop, type LoopRequest, type ReasoningOptions, type TokenLoop, type TokenLoopOptions } from "./token-loop.ts";
