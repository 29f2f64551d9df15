import { createApiCaller } from "../api/api-router.ts";
import { type Address, modelsOnPage, pageAddress, readPageQuery } from "../catalog/page-query.ts";
import { ModelFilters } from "../components/model-filters.tsx";
import { ModelTable } from "../components/model-table.tsx";
import { Notice } from "../components/notice.tsx";
import { Pagination } from "../components/pagination.tsx";
import { formatPlural } from "../format/format-count.ts";
import { formatDate } from "../format/format-date.ts";
import { currentHub } from "../hub/current-hub.ts";
import styles from "./page.module.css";

/** The list of models that the stable channel publishes. */
export default async function ModelsPage({ searchParams }: { searchParams: Promise<Address> }) {
  const { page, query } = readPageQuery(await searchParams);
  const { models } = createApiCaller({ hub: currentHub() });
  const [list, facets] = await Promise.all([models.list(query), models.facets()]);
  const filtered = Boolean(query.q || query.format || query.capability || query.licence);

  return (
    <>
      <div className={styles.head}>
        <h1>Models</h1>
        <p className={styles.lead}>Language models that run on your own devices. Every size and checksum says who vouches for it.</p>
      </div>
      {list.release === undefined ? (
        <Notice title="Nothing is published yet">
          <p>Models appear here with the first release.</p>
        </Notice>
      ) : (
        <>
          <ModelFilters query={query} facets={facets} filtered={filtered} />
          <p className={styles.count} role="status">
            {formatPlural(list.total, "model")}
            {filtered && " found"} in release {list.release.number} of {formatDate(list.release.publishedAt)}
          </p>
          {list.models.length > 0 ? (
            <ModelTable models={list.models} />
          ) : (
            <Notice title="No model fits">
              <p>{list.total > 0 ? "The list ends before this page." : "Try fewer words, or take a filter away."}</p>
              <p>
                <a href="/">Show all models</a>
              </p>
            </Notice>
          )}
          <Pagination page={page} pages={Math.ceil(list.total / modelsOnPage)} address={(other) => pageAddress(query, other)} />
        </>
      )}
    </>
  );
}
