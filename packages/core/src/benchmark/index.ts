export { type BenchmarkProgress, type BenchmarkReport, type BenchmarkRequest, benchmark } from "./benchmark.ts";
export { type BenchmarkContext, type BenchmarkSettings, benchmarkModel, type ModelBenchmark, type PromptMeasurement } from "./benchmark-model.ts";
export { promptLengths } from "./benchmark-prompts.ts";
export { createMeasurements, type Measurements } from "./measurements.ts";
export { spreadOf } from "./spread-of.ts";
