import { type Capability, capabilitySchema, parse } from "@tenfold/catalog";
import type { SelectOptions, SelectTarget } from "@tenfold/core";
import type { Choice, Preference, Ranking } from "@tenfold/core/selection";
import { deviceNamed } from "../device-named.ts";
import { askedFor, type GlobalOptions, openTenfold, type Session } from "../session.ts";
import { formatSize } from "../terminal/format-size.ts";
import { formatTable } from "../terminal/table.ts";

export interface RecommendOptions {
  capability?: readonly string[];
  prefer?: Preference;
  context?: number;
  memoryLimit?: number;
  why?: boolean;
  device?: string;
  increasedMemory?: boolean;
}

/** Which variant and framework suit this device: of one model, or of all that can do what is asked. */
export async function recommend(session: Session, model: string | undefined, options: GlobalOptions & RecommendOptions, signal: AbortSignal): Promise<void> {
  const { capability, prefer, context, memoryLimit, increasedMemory } = options;
  const device = options.device === undefined || options.device === "this" ? undefined : deviceNamed(options.device);
  const need: SelectOptions = {
    signal,
    ...(device ? { device } : {}),
    ...(increasedMemory ? { increasedMemory } : {}),
    ...(prefer ? { preference: prefer } : {}),
    ...(context === undefined ? {} : { contextSize: context }),
    ...(memoryLimit === undefined ? {} : { memoryLimitBytes: memoryLimit * 1_000_000 }),
  };
  const capabilities = capability?.map((name): Capability => parse(capabilitySchema, name, "--capability", "invalid-input"));
  const target: SelectTarget = model ?? { ...(capabilities ? { capabilities } : {}) };
  const ranking = await openTenfold(session, options, model === undefined ? "hubs" : askedFor(model)).select(target, need);
  if (options.json) session.stdout.write(`${JSON.stringify(ranking)}\n`);
  else session.stdout.write(describe(ranking, options.why ?? false, session.stdout.columns, device?.name));
}

function describe({ choices, rejected }: Ranking, why: boolean, columns: number | undefined, elsewhere: string | undefined): string {
  const headings = ["MODEL", "HERE", "FRAMEWORK", "FITS", "TAKES", "TOKENS/S", "THREADS"];
  const table = choices.length > 0 ? formatTable(headings, choices.map(row), columns) : `Nothing suits ${elsewhere ?? "this device"}.\n`;
  const refused = rejected.map(({ model, variant, framework, reasons }) => `no: ${model}:${variant.id}, ${framework}: ${reasons.join(" ")}\n`);
  if (!why) return `${table}${refused.length > 0 ? `${refused.length} rejected; --why says why.\n` : ""}`;
  const reasons = choices.map(({ model, variant, framework, configuration, reasons: own }) =>
    [`\n${model}:${variant.id}, ${framework}`, ...[...own, ...configuration.reasons].map((reason) => `  ${reason}`)].join("\n"),
  );
  return `${table}${reasons.join("\n")}\n${refused.length > 0 ? `\n${refused.join("")}` : ""}`;
}

function row({ model, variant, installed, framework, verdict, performance, configuration }: Choice): string[] {
  const speed = performance ? `${performance.decodeTokensPerSecond.toFixed(1)} ${performance.basis}` : "unknown";
  return [
    `${model}:${variant.id}`,
    installed ? "yes" : "",
    framework,
    verdict.verdict,
    verdict.neededBytes === undefined ? "" : formatSize(verdict.neededBytes),
    speed,
    String(configuration.threads),
  ];
}
