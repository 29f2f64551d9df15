import type { Capability } from "@tenfold/catalog";
import { capabilitySchema, parse, TenfoldError } from "@tenfold/catalog";
import type { FittingModel, ModelCriteria } from "@tenfold/core";
import { z } from "zod";
import { deviceNamed } from "../device-named.ts";
import { type GlobalOptions, openTenfold, type Session } from "../session.ts";
import { formatTable } from "../terminal/table.ts";

export interface SearchOptions {
  framework?: string[];
  format?: string[];
  quantization?: string[];
  capability?: string[];
  licence?: string[];
  language?: string[];
  /** Tokens. */
  context?: number;
  /** Millions of bytes. */
  maxSize?: number;
  /** "this", or the id or identifier of one of the device table. */
  device?: string;
  /** In place of hubs. */
  huggingFace?: boolean;
}

export async function search(session: Session, text: string, options: GlobalOptions & SearchOptions, signal: AbortSignal): Promise<void> {
  if (options.huggingFace && text === "") {
    throw new TenfoldError("invalid-input", "The Hugging Face Hub is too large to list.", {
      remedy: "Say what to search for, as in: tenfold search --hugging-face qwen3 gguf",
    });
  }
  const { models, store } = openTenfold(session, options, options.huggingFace ? "hugging-face" : "hubs");
  const found = await models.find(criteriaOf(text, options), { signal });
  const here = new Set((await store.installed()).map(({ model, variant }) => `${model}:${variant.id}`));
  if (options.json) {
    session.stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  if (found.length === 0) {
    session.stdout.write("No model fits. Leave something out, or see everything with `tenfold list`.\n");
    return;
  }
  session.stdout.write(
    formatTable(
      ["MODEL", "HERE", "FORMATS", "LICENCE", "NAME"],
      found.flatMap((model) => rows(model, here)),
      session.stdout.columns,
    ),
  );
}

/** A model; or, when the search was about variants, each of them that fits. */
function rows({ id, variants, formats, licence, name }: FittingModel, here: ReadonlySet<string>): string[][] {
  const isHere = (variant: string) => (here.has(`${id}:${variant}`) ? "yes" : "");
  if (variants) return variants.map((variant) => [`${id}:${variant.id}`, isHere(variant.id), variant.format, licence, name]);
  return [[id, [...here].some((one) => one.startsWith(`${id}:`)) ? "yes" : "", formats.join(", "), licence, name]];
}

function criteriaOf(text: string, { framework, format, quantization, capability, licence, language, context, maxSize, device }: SearchOptions): ModelCriteria {
  const capabilities: Capability[] | undefined = capability && parse(z.array(capabilitySchema), capability, "capability", "invalid-input");
  return {
    ...(text === "" ? {} : { text }),
    ...(framework ? { frameworks: framework } : {}),
    ...(format ? { formats: format } : {}),
    ...(quantization ? { quantizations: quantization } : {}),
    ...(capabilities ? { capabilities } : {}),
    ...(licence ? { licences: licence } : {}),
    ...(language ? { languages: language } : {}),
    ...(context === undefined ? {} : { minimumContextLength: context }),
    ...(device === undefined ? {} : { device: device === "this" ? device : deviceNamed(device) }),
    ...(maxSize === undefined ? {} : { maximumSizeBytes: maxSize * 1_000_000 }),
  };
}
