import { existsSync } from "node:fs";
import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, LoadTarget, Message, Sampling } from "@tenfold/core";
import { askedFor, type GlobalOptions, openTenfold, type Session, splitModelName } from "../session.ts";
import { askLicence, type LicenceOptions } from "../terminal/ask-licence.ts";
import { describeLimit } from "../terminal/describe-limit.ts";
import { createProgressDisplay } from "../terminal/progress-display.ts";

export interface RunOptions {
  variant?: string;
  system?: string;
  maxTokens?: number;
  temperature?: number;
  topK?: number;
  topP?: number;
  seed?: number;
  contextSize?: number;
  threads?: number;
  /** Megabytes. */
  memoryLimit?: number;
  stop?: readonly string[];
  think?: boolean;
  stats?: boolean;
  allowRevoked?: boolean;
}

export async function run(
  session: Session,
  name: string,
  words: string,
  options: GlobalOptions & LicenceOptions & RunOptions,
  signal: AbortSignal,
): Promise<void> {
  const prompt = words || (await readPrompt(session));
  const { target, variant = options.variant } = parseTarget(name);
  const { contextSize, threads, memoryLimit } = options;
  const memoryLimitBytes = memoryLimit === undefined ? undefined : memoryLimit * 1_000_000;
  const display = createProgressDisplay(session.stderr, name);
  const model = await openTenfold(session, options, askedFor(name))
    .load(target, {
      ...{ signal, onProgress: display.show, acceptLicence: askLicence(session, name, options, signal, display.end) },
      ...defined({ variant, contextSize, threads, memoryLimitBytes, allowRevoked: options.allowRevoked }),
    })
    .finally(() => display.end());
  try {
    const messages: Message[] = [...(options.system ? [{ role: "system" as const, content: options.system }] : []), { role: "user", content: prompt }];
    const sampling: Sampling = defined({ temperature: options.temperature, topK: options.topK, topP: options.topP });
    const request = { sampling, signal, ...defined({ maxTokens: options.maxTokens, seed: options.seed, stop: options.stop, reasoning: options.think }) };
    const events = model.generate(model.capabilities.chat ? { ...request, messages } : { ...request, prompt });
    for await (const event of events) {
      if (options.json) session.stdout.write(`${JSON.stringify(event)}\n`);
      else print(session, event, options);
    }
  } finally {
    await model.dispose();
  }
}

function print({ stdout, stderr }: Session, event: GenerateEvent, { think, stats }: RunOptions): void {
  if (event.type === "start") for (const warning of event.warnings) stderr.write(`warning: ${warning.message}\n`);
  if (event.type === "text") stdout.write(event.text);
  if (event.type === "reasoning" && think) stderr.write(event.text);
  if (event.type === "limit") stderr.write(`${describeLimit(event)}\n`);
  if (event.type === "failover") stderr.write(`warning: ${event.framework} answers with ${event.variant}. ${event.reason}\n`);
  if (event.type === "tool-call") stdout.write(`${JSON.stringify({ name: event.name, arguments: event.arguments })}`);
  if (event.type !== "finish") return;
  stdout.write("\n");
  if (!stats) return;
  const { usage, timings, reason } = event;
  stderr.write(
    `${usage.promptTokens} tokens in (${usage.cachedTokens} cached), ${usage.completionTokens} out, ended by ${reason}; ` +
      `first token after ${Math.round(timings.timeToFirstTokenMs)} ms, then ${timings.decodeTokensPerSecond.toFixed(1)} tokens/s\n`,
  );
}

/** An address of the Hugging Face Hub says so; a path has a separator, or is a file that is there; anything else is a catalog id, whose letters exclude both. */
export function parseTarget(name: string): { target: LoadTarget; variant?: string } {
  if (!name.startsWith("hf:") && (/[\\/]/.test(name) || (name.includes(".") && existsSync(name)))) return { target: { path: name } };
  const { model, variant } = splitModelName(name);
  return { target: model, ...(variant === undefined ? {} : { variant }) };
}

async function readPrompt({ stdin }: Session): Promise<string> {
  if (stdin.isTTY)
    throw new TenfoldError("invalid-input", "There is no prompt.", {
      remedy: 'Write it behind the model\'s name, as in: tenfold run tenfold-tiny "Hello", or pipe it in.',
    });
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stdin) text += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
  text = (text + decoder.decode()).trim();
  if (text === "") throw new TenfoldError("invalid-input", "The prompt is empty.", { remedy: "Write it behind the model's name, or pipe it in." });
  return text;
}

/** Without the keys whose value is undefined. */
function defined<Values extends object>(values: Values): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
}
