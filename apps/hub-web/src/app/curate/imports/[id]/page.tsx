import { type Manifest, variantSizeBytes } from "@tenfold/catalog";
import type { Metadata } from "next";
import { FieldChanges } from "../../../../components/field-changes.tsx";
import { ImportButton } from "../../../../components/import-button.tsx";
import { ImportChoices } from "../../../../components/import-choices.tsx";
import { PageHead } from "../../../../components/page-head.tsx";
import { formatPlural } from "../../../../format/format-count.ts";
import { formatTime } from "../../../../format/format-date.ts";
import { idOfName } from "../../../../imports/manifest-of-file.ts";
import type { ImportChoices as Choices } from "../../../../imports/plan-import.ts";
import { pageApi, requireRole } from "../../../../people/page-actor.ts";
import { orNotFound } from "../../../or-not-found.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Import" };

interface Props {
  readonly params: Promise<{ id: string }>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** What was read of an upstream, what of it is wanted, and what that would change. */
export default async function ProposalPage({ params, searchParams }: Props) {
  const { id } = await params;
  await requireRole("curator", `/curate/imports/${id}`);
  const api = await pageApi();
  const proposal = await api.imports.byId({ id }).catch(orNotFound);
  const choices = choose(id, proposal.manifests, await searchParams);
  const plan = choices.models.length > 0 ? await api.imports.plan(choices).catch(orNotFound) : undefined;
  const changed = plan?.models.filter(({ action }) => action !== "nothing") ?? [];
  const [only] = proposal.manifests.length === 1 ? proposal.manifests : [];
  return (
    <>
      <PageHead
        trail={[
          { name: "Curate", href: "/curate" },
          { name: "Import", href: "/curate/imports" },
        ]}
        title={only?.name ?? formatPlural(proposal.manifests.length, "model")}
        lead={
          <>
            Read from {proposal.origin} on {formatTime(proposal.createdAt)}. All of it is claimed, until this hub has verified it.
          </>
        }
      />
      <div className={styles.columns}>
        <ImportChoices
          models={proposal.manifests.map((manifest) => ({
            proposedId: manifest.id,
            name: manifest.name,
            variants: manifest.variants.map((variant) => ({
              id: variant.id,
              format: variant.format,
              quantization: variant.quantization,
              sizeBytes: variantSizeBytes(variant),
              files: variant.artifacts.length,
            })),
          }))}
          chosen={choices.models}
        />
        <section aria-labelledby="changes" className={styles.changes}>
          <h2 id="changes">What would change</h2>
          {plan === undefined && <p className={styles.quiet}>Choose at least one variant.</p>}
          {plan !== undefined && changed.length === 0 && <p className={styles.quiet}>Nothing: this hub has all of it already.</p>}
          {plan !== undefined && changed.length > 0 && (
            <ImportButton choices={choices} digest={plan.digest} label={changed.length === 1 ? "Import" : `Import ${changed.length} models`} />
          )}
          {changed.slice(0, mostShown).map(({ id: model, action, changes }) => (
            <section key={model} aria-label={`Changes of ${model}`}>
              <h3>
                <code>{model}</code> <span>{action === "create" ? "a new model" : formatPlural(changes.length, "field")}</span>
              </h3>
              <FieldChanges changes={changes} label={`Fields of ${model}`} />
            </section>
          ))}
          {changed.length > mostShown && <p className={styles.quiet}>and {changed.length - mostShown} models more</p>}
        </section>
      </div>
    </>
  );
}

const mostShown = 20;

/** What the address says is wanted; without a word everything, under an id made of the name. */
function choose(proposalId: string, manifests: readonly Manifest[], query: Record<string, string | string[] | undefined>): Choices {
  const listOf = (name: string) => [query[name] ?? []].flat();
  const isNew = query.chosen === undefined;
  const models = manifests.flatMap((manifest) => {
    const variants = isNew
      ? manifest.variants.map(({ id }) => id)
      : manifest.variants.map(({ id }) => id).filter((id) => listOf(`variant.${manifest.id}`).includes(id));
    if (variants.length === 0) return [];
    const id = listOf(`id.${manifest.id}`)[0] ?? suggestedId(manifest, manifests.length === 1);
    return [{ proposedId: manifest.id, id: idOfName(id), variants, keep: listOf("keep").filter((field) => /^[a-zA-Z]{1,40}$/.test(field)) }];
  });
  return { proposalId, models };
}

/** Of a repository its own name: who it is by stands beside it. */
function suggestedId({ id, name }: Manifest, isOnly: boolean): string {
  return isOnly && id.startsWith("hf--") ? idOfName((name.split("/")[1] ?? name).replace(/[-_.](?:gguf|onnx|mlx)$/i, "")) : id;
}
