import { type Artifact, asksForConsent, type Licence, type Manifest, TenfoldError } from "@tenfold/catalog";
import { askedFor, type GlobalOptions, openTenfold, type Session, splitModelName } from "../session.ts";
import { formatSize } from "../terminal/format-size.ts";
import { formatTable } from "../terminal/table.ts";

export async function show(session: Session, name: string, options: GlobalOptions, signal: AbortSignal): Promise<void> {
  const { model } = splitModelName(name);
  const tenfold = openTenfold(session, options, askedFor(model));
  const found = await tenfold.models.get(model, { signal });
  if (!found) throw new TenfoldError("unknown-model", `No catalog has a model called ${model}.`);
  const { manifest, source } = found;
  if (options.json) {
    session.stdout.write(`${JSON.stringify({ source: source.id, manifest })}\n`);
    return;
  }
  const installed = new Set((await tenfold.store.installed()).filter((record) => record.model === manifest.id).map(({ variant }) => variant.id));
  session.stdout.write(describeManifest(manifest, source.id, installed));
}

function describeManifest(manifest: Manifest, source: string, installed: ReadonlySet<string>): string {
  const facts: [string, string | undefined][] = [
    ["Publisher", manifest.publisher],
    ["Licence", `${manifest.licence.name ?? manifest.licence.id}${consentText(manifest.licence)}`],
    ["Parameters", manifest.parameterCount?.toLocaleString("en")],
    ["Context", manifest.contextLength === undefined ? undefined : `${manifest.contextLength.toLocaleString("en")} tokens`],
    ["Can", manifest.capabilities.join(", ")],
    ["Listed by", source],
  ];
  const lines = facts.flatMap(([label, value]) => (value === undefined ? [] : [`${label.padEnd(11)} ${value}`]));
  const rows = manifest.variants.flatMap((variant) =>
    variant.artifacts.map((artifact) => [
      `${manifest.id}:${variant.id}`,
      installed.has(variant.id) ? "yes" : "",
      artifact.sizeBytes ? formatSize(artifact.sizeBytes.value) : "?",
      digestText(artifact),
      artifact.path,
    ]),
  );
  return `${manifest.name}\n${manifest.description}\n\n${lines.join("\n")}\n\n${formatTable(["VARIANT", "HERE", "SIZE", "SHA-256", "FILE"], rows)}`;
}

function consentText(licence: Licence): string {
  if (!asksForConsent(licence)) return licence.gated ? " (asks for consent at the source)" : "";
  return licence.gated ? " (asks for consent, here and at the source)" : " (asks for consent)";
}

function digestText({ sha256 }: Artifact): string {
  return sha256 ? `${sha256.value.slice(0, 12)}… ${sha256.evidence.kind} by ${sha256.evidence.by}` : "unknown: not installable";
}
