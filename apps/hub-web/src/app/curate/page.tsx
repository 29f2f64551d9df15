import type { Metadata } from "next";
import { ButtonLink } from "../../components/button.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { FilterForm, SearchField } from "../../components/filter-form.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pagination } from "../../components/pagination.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { draftsOnPage } from "../../curation/list-drafts.ts";
import { type StatusName, statusNames } from "../../curation/model-status.ts";
import { formatPlural } from "../../format/format-count.ts";
import { formatTime } from "../../format/format-date.ts";
import { permits } from "../../people/actor.ts";
import { pageApi, requireRole } from "../../people/page-actor.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Curate" };

type Address = { q?: string | string[]; status?: string | string[]; page?: string | string[] };

/** Every model as those who work on it see it, drafts included. */
export default async function CuratePage({ searchParams }: { searchParams: Promise<Address> }) {
  const actor = await requireRole("viewer", "/curate");
  const given = await searchParams;
  const q = typeof given.q === "string" ? given.q.slice(0, 200) : "";
  const status = statusNames.find((name) => name === given.status);
  const page = typeof given.page === "string" && /^[1-9]\d{0,4}$/.test(given.page) ? Number(given.page) : 1;
  const { models, total, counts } = await (await pageApi()).curation.list({ q, page, ...(status && { status }) });
  return (
    <>
      <PageHead title="Curate" lead="Every model of this hub, with what is not published yet.">
        {permits(actor, "reviewer") && <ButtonLink href="/releases/publish">Publish a release</ButtonLink>}
        <ButtonLink href="/curate/jobs">Jobs</ButtonLink>
        {permits(actor, "curator") && <ButtonLink href="/curate/new">New model</ButtonLink>}
        {permits(actor, "curator") && (
          <ButtonLink href="/curate/imports" kind="primary">
            Import
          </ButtonLink>
        )}
      </PageHead>
      <FilterForm action="/curate" submit="Search">
        <SearchField name="q" label="Search models" value={q} placeholder="Name, id or publisher…" />
        {status && <input type="hidden" name="status" value={status} />}
      </FilterForm>
      <nav aria-label="States" className={styles.states}>
        <StateLink q={q} name="all" count={Object.values(counts).reduce((sum, count) => sum + count, 0)} isCurrent={status === undefined} />
        {statusNames.map((name) => (
          <StateLink key={name} q={q} name={name} count={counts[name]} isCurrent={status === name} />
        ))}
      </nav>
      {models.length === 0 ? (
        <Notice title={q || status ? "No model fits" : "There is no model yet"}>
          <p>{q || status ? <a href="/curate">Show all models</a> : "Make the first, or import one."}</p>
        </Notice>
      ) : (
        <DataTable
          caption="Models with their drafts"
          columns={["Model", "State", "Variants", "Changed", "Revision"]}
          rows={models.map((model) => ({
            key: model.id,
            cells: [
              <>
                <a href={`/curate/models/${model.id}`}>{model.name}</a>
                <small>
                  {model.publisher} · {model.id}
                </small>
              </>,
              <>
                <StatusBadge status={model.statusName} />
                {model.status.published === "older" && <small>an older one is published</small>}
              </>,
              formatPlural(model.variantCount, "variant"),
              <>
                {formatTime(model.updatedAt)}
                <small>by {model.updatedBy === "hub" ? "the hub" : (model.updatedBy ?? "nobody")}</small>
              </>,
              model.revision,
            ],
          }))}
        />
      )}
      <Pagination page={page} pages={Math.ceil(total / draftsOnPage)} address={(other) => address(q, status, other)} />
    </>
  );
}

function StateLink({ q, name, count, isCurrent }: { q: string; name: StatusName | "all"; count: number; isCurrent: boolean }) {
  return (
    <a href={address(q, name === "all" ? undefined : name, 1)} aria-current={isCurrent ? "page" : undefined}>
      {name} <span>{count}</span>
    </a>
  );
}

function address(q: string, status: StatusName | undefined, page: number): string {
  const wanted = new URLSearchParams({ ...(q && { q }), ...(status && { status }), ...(page > 1 && { page: String(page) }) });
  return wanted.size === 0 ? "/curate" : `/curate?${wanted}`;
}
