import { type Manifest, TenfoldError, type Variant } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";
import { entryMayFit, type FormatsOf, fittingVariants, type ModelCriteria, needsManifest, type TargetDevice } from "./criteria.ts";
import { parseModelAddress } from "./model-address.ts";
import type { FoundManifest, ModelEntry, ModelSource } from "./model-source.ts";
import { isPassedOver } from "./passed-over.ts";

export interface ListedModel extends ModelEntry {
  /** The source that lists it. */
  source: string;
}

export interface FittingModel extends ListedModel {
  /** Its variants that fit, in the publisher's order of preference; absent when the criteria say nothing about variants. */
  variants?: readonly Variant[];
}

export interface SourcedManifest extends FoundManifest {
  source: ModelSource;
}

/** Every model that the sources list. An id that several list is the first one's. */
export interface Registry {
  readonly sources: readonly ModelSource[];
  /** All models. A source that is out of reach, cannot be trusted or speaks a newer version is left out and logged; when nothing is left, its error is thrown. */
  discover(options?: { signal?: AbortSignal }): Promise<ListedModel[]>;
  /** The models that meet criteria, with the variants that do. */
  find(criteria: ModelCriteria, options?: { signal?: AbortSignal }): Promise<FittingModel[]>;
  /**
   * A model's manifest, from the first source that has it; by address, from the sources of its scheme.
   * @throws TenfoldError `catalog-unreachable`, `untrusted-catalog`, `expired-catalog`, `unsupported-schema-version` when none has it and one could not be asked.
   */
  get(model: string, options?: { signal?: AbortSignal }): Promise<SourcedManifest | undefined>;
}

const manifestsAtOnce = 8;

/** What of a model's variants runs on a device. */
export type VariantsFor = (manifest: Manifest, device: TargetDevice) => Promise<readonly Variant[]>;

export interface RegistryKnowledge {
  /** What a framework takes, for models whose publisher names none. */
  formatsOf?: FormatsOf;
  /** Without it a search by device is refused. */
  variantsFor?: VariantsFor;
}

const noDevices: VariantsFor = () => Promise.reject(new TenfoldError("invalid-input", "What runs on a device is not known here."));

export function createRegistry(sources: readonly ModelSource[], log: Log, { formatsOf = () => [], variantsFor = noDevices }: RegistryKnowledge = {}): Registry {
  /** Asks every source in its order; those out of reach are passed over. */
  async function ask<Answer>(
    question: (source: ModelSource) => Promise<Answer>,
  ): Promise<{ answers: { source: ModelSource; answer: Answer }[]; unreachable: unknown[] }> {
    const answers: { source: ModelSource; answer: Answer }[] = [];
    const unreachable: unknown[] = [];
    for (const source of sources) {
      try {
        answers.push({ source, answer: await question(source) });
      } catch (error) {
        if (!isPassedOver(error)) throw error;
        log("warning", error.message, { source: source.id });
        unreachable.push(error);
      }
    }
    return { answers, unreachable };
  }

  async function listed(question: (source: ModelSource) => Promise<readonly ModelEntry[]>): Promise<ListedModel[]> {
    const { answers, unreachable } = await ask(question);
    const models = new Map<string, ListedModel>();
    for (const { source, answer } of answers) {
      for (const entry of answer) if (!models.has(entry.id)) models.set(entry.id, { ...entry, source: source.id });
    }
    if (models.size === 0 && unreachable.length > 0) throw unreachable[0];
    return [...models.values()];
  }

  async function withVariants(model: ListedModel, criteria: ModelCriteria, signal: AbortSignal | undefined): Promise<FittingModel[]> {
    const source = sources.find(({ id }) => id === model.source);
    const found = await source?.manifest(model.id, signal).catch((error: unknown) => {
      // What it has is not known here; the other models are.
      if (!TenfoldError.is(error, "unsupported-schema-version")) throw error;
      log("warning", error.message, { source: source.id });
      return undefined;
    });
    const wanted = found ? fittingVariants(found.manifest, criteria, formatsOf) : [];
    const [first, ...others] = wanted;
    const variants =
      found && first && criteria.device !== undefined ? await variantsFor({ ...found.manifest, variants: [first, ...others] }, criteria.device) : wanted;
    return variants.length > 0 ? [{ ...model, variants }] : [];
  }

  return {
    sources,
    discover: ({ signal } = {}) => listed((source) => source.list(signal)),
    async find(criteria, { signal } = {}) {
      const { text } = criteria;
      const models = await listed((source) => (source.search && text !== undefined ? source.search(text, signal) : source.list(signal)));
      const candidates = models.filter((model) => entryMayFit(model, criteria));
      if (!needsManifest(criteria)) return candidates;
      const fitting: FittingModel[] = [];
      for (let start = 0; start < candidates.length; start += manifestsAtOnce) {
        const batch = candidates.slice(start, start + manifestsAtOnce);
        fitting.push(...(await Promise.all(batch.map((model) => withVariants(model, criteria, signal)))).flat());
      }
      return fitting;
    },
    async get(model, { signal } = {}) {
      let unreachable: unknown;
      const scheme = parseModelAddress(model)?.scheme;
      for (const source of sources) {
        if (scheme !== undefined && source.scheme !== scheme) continue;
        const found = await source.manifest(model, signal).catch((error: unknown) => {
          if (!isPassedOver(error)) throw error;
          log("warning", error.message, { source: source.id });
          unreachable ??= error;
          return undefined;
        });
        if (found) return { ...found, source };
      }
      if (unreachable) throw unreachable;
      return undefined;
    },
  };
}
