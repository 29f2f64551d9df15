import { capabilitySchema } from "@tenfold/catalog";
import type { Metadata } from "next";
import { createApiCaller } from "../../api/api-router.ts";
import { ContextSlider } from "../../components/context-slider.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { ChoiceField, FilterForm } from "../../components/filter-form.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { VerdictMark } from "../../components/verdict-mark.tsx";
import { formatBytes } from "../../format/format-bytes.ts";
import { formatPlural } from "../../format/format-count.ts";
import { formatSpeed } from "../../format/format-verdict.ts";
import { noBreak } from "../../format/no-break.ts";
import { currentHub } from "../../hub/current-hub.ts";
import { type Address, cellAddress, withParameters } from "../../matrix/matrix-address.ts";
import { contextStops } from "../../matrix/matrix-query.ts";
import { readNeedAddress } from "../../matrix/need-address.ts";
import { orNotFound } from "../or-not-found.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Recommend", description: "Which variant and framework suit a device and a need, the best first, and why." };

const mostShown = 20;

export default async function RecommendPage({ searchParams }: { searchParams: Promise<Address> }) {
  const { need, parameters } = readNeedAddress(await searchParams);
  const api = createApiCaller({ hub: currentHub() });
  const [{ devices }, { licences }, { choices, rejected }] = await Promise.all([
    api.devices.list(),
    api.models.facets(),
    api.matrix.recommend(need).catch(orNotFound),
  ]);
  const device = devices.find(({ id }) => id === need.device);
  return (
    <>
      <PageHead
        title="What suits a device"
        lead="The variants and frameworks that suit a device and a need, the best first, with the reasons: what the interface for programs and the command line answer, too."
      />
      <FilterForm action="/recommend" submit="Recommend">
        <ChoiceField name="device" label="Device" value={need.device} any="Choose…" options={devices.map(({ id, name }) => ({ value: id, name }))} />
        <ChoiceField
          name="capability"
          label="Able to"
          value={need.capability?.[0] ?? ""}
          any="Anything"
          options={capabilitySchema.options.map((name) => ({ value: name, name }))}
        />
        <ChoiceField name="licence" label="Licence" value={need.licence ?? ""} any="Any" options={licences.map(({ value }) => ({ value, name: value }))} />
        <ChoiceField
          name="prefer"
          label="First"
          value={need.prefer}
          any="quality"
          options={[
            { value: "speed", name: "speed" },
            { value: "memory", name: "little memory" },
          ]}
        />
        <ContextSlider key={need.context} value={need.context} stops={contextStops} />
      </FilterForm>
      <p className={styles.line} role="status">
        {formatPlural(choices.length, "pair")} of a variant and a framework {choices.length === 1 ? "suits" : "suit"} {device?.name ?? "this device"};{" "}
        {rejected.length} do not. <a href={withParameters("/api/v1/recommendation", parameters)}>As JSON</a> ·{" "}
        <code>tenfold recommend --device {need.device}</code>
      </p>
      {choices.length === 0 ? (
        <Notice title="Nothing suits">
          <p>{rejected[0]?.reasons[0] ?? "No published model can do what is asked."}</p>
        </Notice>
      ) : (
        <DataTable
          caption="What suits, the best first"
          columns={["Variant", "Runs", "Takes", "Speed", "Why"]}
          rows={choices.slice(0, mostShown).map(({ model, variant, framework, verdict, performance, reasons }) => ({
            key: `${model} ${variant.id} ${framework}`,
            cells: [
              <>
                <a href={cellAddress({ model, variant: variant.id, framework, device: need.device, context: need.context, entitlement: need.entitlement })}>
                  {model}
                </a>
                <small>
                  {variant.id} · {framework}
                </small>
              </>,
              <VerdictMark key="verdict" verdict={verdict.verdict} />,
              noBreak(verdict.neededBytes === undefined ? "not known" : formatBytes(verdict.neededBytes)),
              noBreak(performance ? `${performance.basis === "predicted" ? "~" : ""}${formatSpeed(performance.decodeTokensPerSecond)}` : "not known"),
              <details key="why">
                <summary>{reasons[0]}</summary>
                {reasons.slice(1).map((reason) => (
                  <small key={reason}>{reason}</small>
                ))}
              </details>,
            ],
          }))}
        />
      )}
    </>
  );
}
