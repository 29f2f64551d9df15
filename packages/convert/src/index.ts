export { convertModel } from "./convert-model.ts";
export { type Conversion, type ConversionTarget, type ConvertOptions, conversionTargets } from "./convert-options.ts";
