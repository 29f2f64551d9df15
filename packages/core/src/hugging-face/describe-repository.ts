import type { Capability, Manifest } from "@tenfold/catalog";
import type { Repository } from "./repository.ts";

/** Tasks of language models as the Hub names them, with what a model for them can do at least. */
const tasks: ReadonlyMap<string, readonly Capability[]> = new Map([
  ["text-generation", ["completion"]],
  ["text2text-generation", ["completion"]],
  ["summarization", ["completion"]],
  ["translation", ["completion"]],
  ["question-answering", ["completion"]],
  ["image-text-to-text", ["completion"]],
  ["any-to-any", ["completion"]],
  ["feature-extraction", ["embeddings"]],
  ["sentence-similarity", ["embeddings"]],
  ["text-ranking", ["reranking"]],
] as const);

/** Whether it may be a model for language: what the Hub names no task for may be one. */
export function isLanguageModel({ task }: Repository): boolean {
  return task === undefined || task === null || tasks.has(task);
}

/** What tags and card say that a model can do. Where they say nothing, continuing a text is what every language model can. */
export function capabilitiesOf({ task, tags = [], config }: Repository, formats: readonly string[]): Capability[] {
  const able = new Set<Capability>(tasks.get(task ?? "") ?? (tags.includes("sentence-transformers") ? ["embeddings"] : ["completion"]));
  if (able.has("completion") && (tags.includes("conversational") || hasTemplate(config))) able.add("chat");
  // Of GGUF the part that sees lies in a file of its own, which no variant holds.
  if ((task === "image-text-to-text" || task === "any-to-any") && formats.some((format) => format !== "gguf")) able.add("vision");
  return [...able];
}

function hasTemplate(config: Repository["config"]): boolean {
  const tokenizer = config?.tokenizer_config;
  const own = typeof tokenizer === "object" && tokenizer !== null && "chat_template" in tokenizer ? tokenizer.chat_template : undefined;
  return typeof own === "string" || typeof config?.chat_template_jinja === "string";
}

/** SPDX spells them with capitals; the Hub does not. */
const spdx: readonly string[] = ["Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "GPL-2.0", "GPL-3.0", "LGPL-3.0", "AGPL-3.0", "MPL-2.0", "CC0-1.0"];

/** The licence as the card states it; "unknown" when it does not. */
export function licenceOf(repository: Repository, homepage: string): Manifest["licence"] {
  const { license, license_name: ownName, license_link: link } = repository.cardData ?? {};
  const tag = repository.tags?.find((one) => one.startsWith("license:"))?.slice("license:".length);
  const stated = textOf(Array.isArray(license) ? license[0] : license) ?? textOf(tag) ?? "unknown";
  const named = stated === "other" ? (textOf(ownName) ?? stated) : stated;
  const id = spdx.find((known) => known.toLowerCase() === named) ?? (/^cc-/.test(named) ? named.toUpperCase() : named);
  const url = typeof link === "string" && link ? (URL.canParse(link) ? link : `${homepage}/blob/main/${encodeURIComponent(link)}`) : undefined;
  const gated = repository.gated !== undefined && repository.gated !== false;
  // Of a gated repository the Hub has the consent of every account that it shows the files to.
  return { id: id.slice(0, 100), gated, ...(gated ? { requiresConsent: false } : {}), ...(url && /^https?:/.test(url) ? { url } : {}) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Codes of languages, from the card; words like "multilingual" are none. */
export function languagesOf({ cardData }: Repository): string[] | undefined {
  const stated = cardData?.language;
  const list = (Array.isArray(stated) ? stated : [stated]).filter(
    (code: unknown): code is string => typeof code === "string" && /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(code),
  );
  return list.length === 0 ? undefined : [...new Set(list)].slice(0, 300);
}
