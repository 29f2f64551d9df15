import type { Metadata } from "next";
import { DataTable } from "../../../components/data-table.tsx";
import { ChoiceField, FilterForm, SearchField } from "../../../components/filter-form.tsx";
import { Notice } from "../../../components/notice.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { fieldText } from "../../../format/field-text.ts";
import { formatTime } from "../../../format/format-date.ts";
import { pageApi, requireRole } from "../../../people/page-actor.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Audit" };

const actions = ["model", "review", "release", "user", "token", "webhook"];
const onPage = 100;

type Address = { action?: string | string[]; subject?: string | string[]; user?: string | string[]; before?: string | string[] };

/** Who did what. */
export default async function AuditPage({ searchParams }: { searchParams: Promise<Address> }) {
  await requireRole("admin", "/admin/audit");
  const given = await searchParams;
  const one = (value: string | string[] | undefined, longest: number) => (typeof value === "string" ? value.slice(0, longest) : "");
  const [action, subject, user] = [one(given.action, 100), one(given.subject, 200), one(given.user, 100)];
  const before = /^[1-9]\d{0,8}$/.test(one(given.before, 9)) ? Number(given.before) : undefined;
  const { people } = await pageApi();
  const [entries, users] = await Promise.all([
    people.audit({ limit: onPage, ...(action && { action }), ...(subject && { subject }), ...(user && { userId: user }), ...(before && { before }) }),
    people.list(),
  ]);
  const last = entries.at(-1);
  const older = new URLSearchParams({ ...(action && { action }), ...(subject && { subject }), ...(user && { user }), before: String(last?.id ?? 0) });
  return (
    <>
      <PageHead title="Audit" lead="Who did what. The log only grows: nobody can change or remove an entry, the hub included." />
      <FilterForm action="/admin/audit" submit="Show">
        <ChoiceField name="action" label="What" value={action} any="Anything" options={actions.map((name) => ({ value: name, name }))} />
        <ChoiceField name="user" label="Who" value={user} any="Anybody" options={users.map(({ id, name }) => ({ value: id, name }))} />
        <SearchField name="subject" label="Of" value={subject} placeholder="A model, an address…" />
      </FilterForm>
      {entries.length === 0 ? (
        <Notice title="No entry fits">
          <p>
            <a href="/admin/audit">Show all entries</a>
          </p>
        </Notice>
      ) : (
        <DataTable
          caption="Audit entries, newest first"
          columns={["What", "Of", "Who", "When", "Details"]}
          rows={entries.map(({ id, at, actor, via, action: what, subject: whom, details }) => ({
            key: String(id),
            cells: [
              what,
              <code key="subject">{whom}</code>,
              <>
                {actor}
                {via !== actor && <small>{via}</small>}
              </>,
              formatTime(at),
              details === null ? "–" : <Details key="details" details={details} />,
            ],
          }))}
        />
      )}
      {entries.length === onPage && (
        <p>
          <a href={`/admin/audit?${older}`}>Older entries</a>
        </p>
      )}
    </>
  );
}

function Details({ details }: { details: unknown }) {
  const fields = Object.entries(details as object);
  return (
    <ul className={styles.details}>
      {fields.map(([name, value]) => (
        <li key={name}>
          {name}: <code>{shortText(fieldText(value))}</code>
        </li>
      ))}
    </ul>
  );
}

/** The ends of a digest say enough here. */
function shortText(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 8)}…${text.slice(-6)}` : text;
}
