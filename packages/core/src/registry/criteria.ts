import { type Capability, type Device, type FrameworkId, type Manifest, type Variant, variantSizeBytes } from "@tenfold/catalog";
import type { ModelEntry } from "./model-source.ts";

/** "this": the one that the question is asked on. */
export type TargetDevice = "this" | Device;

/** What a model has to be. Every criterion that is given must hold; what a catalog does not know does not hold. */
export interface ModelCriteria {
  /** Words that occur in id, name, publisher or licence, in any order and case. */
  text?: string;
  /** One of these frameworks: named by the variant's publisher, or, where none is named, known here to take its format. */
  frameworks?: readonly FrameworkId[];
  /** One of these formats. */
  formats?: readonly string[];
  /** One of these quantizations, in any case. */
  quantizations?: readonly string[];
  /** All of these. */
  capabilities?: readonly Capability[];
  /** One of these licences. */
  licences?: readonly string[];
  /** One of these languages. */
  languages?: readonly string[];
  minimumContextLength?: number;
  /** Most bytes that the files of a variant may have. */
  maximumSizeBytes?: number;
  maximumParameterCount?: number;
  /** Runs on this device, or on one of the device table, under a framework whose adapter is installed here, by what profile and memory tell. */
  device?: TargetDevice;
  /** Only variants whose every file has a digest. */
  installable?: boolean;
}

/** Whether a model may fit, by what a list tells. */
export function entryMayFit(entry: ModelEntry, criteria: ModelCriteria): boolean {
  const { text, formats, capabilities, licences, minimumContextLength, maximumParameterCount } = criteria;
  const words = (text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const where = `${entry.id}\n${entry.name}\n${entry.publisher}\n${entry.licence}`.toLowerCase();
  return (
    words.every((word) => where.includes(word)) &&
    (formats === undefined || formats.some((format) => entry.formats.includes(format))) &&
    (capabilities ?? []).every((capability) => entry.capabilities.includes(capability)) &&
    (licences === undefined || licences.some((licence) => licence.toLowerCase() === entry.licence.toLowerCase())) &&
    (minimumContextLength === undefined || (entry.contextLength ?? 0) >= minimumContextLength) &&
    (maximumParameterCount === undefined || (entry.parameterCount ?? Number.POSITIVE_INFINITY) <= maximumParameterCount)
  );
}

/** Whether a list alone cannot tell. */
export function needsManifest({ frameworks, quantizations, languages, maximumSizeBytes, device, installable }: ModelCriteria): boolean {
  return [frameworks, quantizations, languages, maximumSizeBytes, device, installable].some((criterion) => criterion !== undefined);
}

/** The variants that fit; none when the model itself does not. */
export function fittingVariants(manifest: Manifest, criteria: ModelCriteria, formatsOf: FormatsOf): Variant[] {
  const { languages } = criteria;
  if (languages !== undefined && !languages.some((language) => manifest.languages?.includes(language))) return [];
  return manifest.variants.filter((variant) => variantFits(variant, criteria, formatsOf));
}

/** The formats that a framework takes; none of one that is not known here. */
export type FormatsOf = (framework: FrameworkId) => readonly string[];

function variantFits(variant: Variant, { frameworks, formats, quantizations, maximumSizeBytes, installable }: ModelCriteria, formatsOf: FormatsOf): boolean {
  const takes = (framework: FrameworkId) => variant.frameworks?.includes(framework) ?? formatsOf(framework).includes(variant.format);
  const quantization = variant.quantization?.toLowerCase();
  return (
    (frameworks === undefined || frameworks.some(takes)) &&
    (formats === undefined || formats.includes(variant.format)) &&
    (quantizations === undefined || quantizations.some((one) => one.toLowerCase() === quantization)) &&
    (maximumSizeBytes === undefined || (variantSizeBytes(variant) ?? Number.POSITIVE_INFINITY) <= maximumSizeBytes) &&
    (installable !== true || (variant.artifacts.length > 0 && variant.artifacts.every(({ sha256 }) => sha256 !== undefined)))
  );
}
