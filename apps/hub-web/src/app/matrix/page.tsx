import { capabilitySchema } from "@tenfold/catalog";
import type { Metadata } from "next";
import { createApiCaller } from "../../api/api-router.ts";
import { ContextSlider } from "../../components/context-slider.tsx";
import { DeviceChoice } from "../../components/device-choice.tsx";
import { ChoiceField, FilterForm, SearchField } from "../../components/filter-form.tsx";
import { MatrixTable } from "../../components/matrix-table.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pagination } from "../../components/pagination.tsx";
import { formatPlural } from "../../format/format-count.ts";
import { frameworkProfiles } from "../../frameworks/framework-profiles.ts";
import { currentHub } from "../../hub/current-hub.ts";
import { type Address, matrixAddress, matrixParameters, readMatrixAddress, rowsOnPage, withParameters } from "../../matrix/matrix-address.ts";
import { contextStops } from "../../matrix/matrix-query.ts";
import { orNotFound } from "../or-not-found.ts";
import styles from "./page.module.css";

export const metadata: Metadata = {
  title: "Matrix",
  description: "Which variant runs under which framework on which device, what it takes and how fast it will be.",
};

/** What runs where. */
export default async function MatrixPage({ searchParams }: { searchParams: Promise<Address> }) {
  const { page, query } = readMatrixAddress(await searchParams);
  const found = await createApiCaller({ hub: currentHub() }).matrix.page(query).catch(orNotFound);
  const { rows, columns, devices, total, release, rules } = found;
  const exported = matrixParameters({ ...query, device: columns.map(({ id }) => id) });
  const formats = [...new Set(frameworkProfiles.flatMap((profile) => profile.formats))].sort();
  return (
    <>
      <PageHead
        title="What runs where"
        lead="Each variant under each framework that takes it, on each device: reckoned by the rules that decide on the device itself. A cell says in words how it came about."
      />
      <FilterForm action="/matrix" submit="Show">
        <SearchField name="q" label="Search variants" value={query.q ?? ""} placeholder="Model, format, quantization…" />
        <ChoiceField
          name="framework"
          label="Framework"
          value={query.framework ?? ""}
          any="Any"
          options={frameworkProfiles.map(({ framework, name }) => ({ value: framework, name }))}
        />
        <ChoiceField name="format" label="Format" value={query.format ?? ""} any="Any" options={formats.map((format) => ({ value: format, name: format }))} />
        <ChoiceField
          name="capability"
          label="Capability"
          value={query.capability ?? ""}
          any="Any"
          options={capabilitySchema.options.map((name) => ({ value: name, name }))}
        />
        <ChoiceField name="fits" label="Runs on" value={query.fits ?? ""} any="Any device" options={devices.map(({ id, name }) => ({ value: id, name }))} />
        <ContextSlider key={query.context} value={query.context} stops={contextStops} />
        <div className={styles.options}>
          <label className={styles.check}>
            <input type="checkbox" name="entitlement" value="1" defaultChecked={query.entitlement} /> Increased memory on iOS
          </label>
        </div>
        {query.model && <input type="hidden" name="model" value={query.model} />}
        <DeviceChoice devices={devices} chosen={columns} />
      </FilterForm>
      <div className={styles.line}>
        <p role="status">
          {formatPlural(total, "row")}
          {release && ` in release ${release.number}`}, rules {rules}
          {query.model && (
            <>
              {" "}
              · only {query.model}, <a href={matrixAddress({ ...query, model: undefined })}>show all models</a>
            </>
          )}
        </p>
        <p>
          Export as <a href={withParameters("/api/v1/compatibility.csv", exported)}>CSV</a> or{" "}
          <a href={withParameters("/api/v1/compatibility.json", exported)}>JSON</a>
        </p>
      </div>
      {rows.length > 0 ? (
        <MatrixTable rows={rows} columns={columns} query={query} />
      ) : (
        <Notice title={total > 0 ? "The list ends before this page" : release ? "Nothing fits" : "Nothing is published yet"}>
          <p>
            <a href="/matrix">Show the whole matrix</a>
          </p>
        </Notice>
      )}
      <Pagination page={page} pages={Math.ceil(total / rowsOnPage)} address={(other) => matrixAddress(query, other)} />
      <p className={styles.note}>
        “~” is a prediction, “≥” a sum of which a part is not known. Sizes that nobody has stated are reckoned from parameters and quantization. The whole
        address is what you see: keep or share it.
      </p>
    </>
  );
}
