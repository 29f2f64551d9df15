import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, AdapterContext, LoadedModel } from "@tenfold/core";

const hidden = "[AccessKey]";

/** An adapter of which nothing that it logs or throws holds the key, whatever native code prints. */
export function hideKey<Hidden extends Adapter>(adapter: Hidden, accessKey: string | undefined): Hidden {
  const key = accessKey?.trim();
  if (!key) return adapter;
  const spellings = [...new Set([key, encodeURIComponent(key)])];
  const hide = (value: unknown) => hideIn(value, (text) => spellings.reduce((shown, one) => shown.replaceAll(one, hidden), text));
  const quiet = (context: AdapterContext): AdapterContext => ({
    ...context,
    log: (level, message, details) => context.log(level, hide(message) as string, ...(details ? [hide(details) as Readonly<Record<string, unknown>>] : [])),
  });
  const rethrow = (error: unknown): never => {
    throw hide(error);
  };

  return {
    ...adapter,
    async probe(context) {
      return hide(await adapter.probe(quiet(context))) as Awaited<ReturnType<Adapter["probe"]>>;
    },
    async load(model, context, options) {
      const loaded = await adapter.load(model, quiet(context), options).catch(rethrow);
      return hideInModel(loaded, rethrow);
    },
  };
}

function hideInModel(model: LoadedModel, rethrow: (error: unknown) => never): LoadedModel {
  const { embed, trim } = model;
  return {
    ...model,
    async *generate(request) {
      try {
        yield* model.generate(request);
      } catch (error) {
        rethrow(error);
      }
    },
    countTokens: (input) => model.countTokens(input).catch(rethrow),
    ...(embed ? { embed: (texts, options) => embed(texts, options).catch(rethrow) } : {}),
    ...(trim ? { trim: () => trim().catch(rethrow) } : {}),
    dispose: () => model.dispose().catch(rethrow),
  };
}

/** A copy with every text changed; what has nothing to change stays the same object, above all the reason of an abort. */
function hideIn(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => hideIn(item, change));
  if (value instanceof Error) return hideInError(value, change);
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [change(name), hideIn(item, change)]));
  return value;
}

function hideInError(error: Error, change: (text: string) => string): Error {
  const cause = error.cause === undefined ? undefined : hideIn(error.cause, change);
  const told = TenfoldError.is(error) ? error.toJSON() : { message: error.message };
  const changed = hideIn(told, change) as typeof told;
  const same = cause === error.cause && JSON.stringify(changed) === JSON.stringify(told) && change(error.stack ?? "") === (error.stack ?? "");
  if (same) return error;
  const { code, message, ...options } = TenfoldError.is(error) ? { ...error.toJSON(), ...changed } : { code: undefined, ...changed };
  if (code === undefined) return Object.assign(new Error(message), { name: error.name });
  return new TenfoldError(code, message, { ...options, ...(cause === undefined ? {} : { cause }) });
}
