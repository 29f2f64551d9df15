import { idSchema } from "@tenfold/catalog";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { createApiCaller } from "../../../api/api-router.ts";
import { DataTable } from "../../../components/data-table.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { VerdictMark } from "../../../components/verdict-mark.tsx";
import { formatBytes } from "../../../format/format-bytes.ts";
import { formatSpeed, formatTokens } from "../../../format/format-verdict.ts";
import { noBreak } from "../../../format/no-break.ts";
import { currentHub } from "../../../hub/current-hub.ts";
import { longestContext } from "../../../matrix/longest-context.ts";
import { type Address, cellAddress, matrixAddress, readMatrixAddress } from "../../../matrix/matrix-address.ts";
import { cellContext } from "../../../matrix/matrix-cell.ts";
import { contextStops } from "../../../matrix/matrix-query.ts";
import { orNotFound } from "../../or-not-found.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Why" };

const addressSchema = z.object({ model: idSchema, variant: idSchema, framework: z.optional(idSchema), device: idSchema });
const termNames = {
  weights: "Weights",
  "kv-cache": "Cache of keys and values",
  "recurrent-state": "State of recurrent layers",
  compute: "Buffers to compute in",
  "load-spike": "While loading",
} as const;

/** One cell of the matrix, in words and in figures. */
export default async function CellPage({ searchParams }: { searchParams: Promise<Address> }) {
  const given = await searchParams;
  const read = addressSchema.safeParse(given);
  if (!read.success) notFound();
  const { context, entitlement } = readMatrixAddress({ context: given.context, entitlement: given.entitlement }).query;
  const asked = { ...read.data, context, entitlement };
  const { row, device, cell } = await createApiCaller({ hub: currentHub() }).matrix.cell(asked).catch(orNotFound);
  const { model, variant, profile } = row;
  const { verdict, reasons, estimate, budgetBytes, neededBytes, performance } = cell;
  const longest = verdict === "unsupported" && !profile ? undefined : longestContext(row, device, entitlement);
  const addressAt = (change: { context?: number; entitlement?: boolean }) => cellAddress({ ...asked, framework: profile?.framework, ...change });
  return (
    <>
      <PageHead
        trail={[
          { name: "Matrix", href: matrixAddress({ context, entitlement }) },
          { name: model.name, href: matrixAddress({ model: model.id, context, entitlement }) },
        ]}
        title={`${model.name} on ${device.name}`}
        lead={`${variant.format}${variant.quantization ? ` ${variant.quantization}` : ""}${profile ? ` under ${profile.name}` : ""}, with a context of ${formatTokens(cellContext(row, context))}`}
      />
      <p className={styles.verdict}>
        <VerdictMark verdict={verdict} />
        {neededBytes !== undefined && budgetBytes !== undefined && (
          <span>
            {formatBytes(neededBytes)} of {formatBytes(budgetBytes)}
          </span>
        )}
        {performance && <span>about {formatSpeed(performance.decodeTokensPerSecond)}</span>}
      </p>
      {neededBytes !== undefined && budgetBytes !== undefined && (
        <meter
          className={styles.meter}
          min={0}
          max={Math.max(budgetBytes, neededBytes)}
          high={budgetBytes * 0.9}
          value={neededBytes}
          aria-label="Memory needed of what may be taken"
        />
      )}
      <section className={styles.part} aria-labelledby="why">
        <h2 id="why">Why</h2>
        <ul className={styles.reasons}>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </section>
      {estimate && (
        <section className={styles.part} aria-labelledby="memory">
          <h2 id="memory">Memory, term by term</h2>
          <DataTable
            caption="What loading takes"
            columns={["For", "Bytes", "How it comes about"]}
            rows={[
              ...estimate.terms.map(({ name, bytes, how }) => ({ key: name, cells: [termNames[name], noBreak(formatBytes(bytes)), how] })),
              ...(estimate.unknown ?? []).map(({ name, why }) => ({ key: `unknown ${name}`, cells: [termNames[name], noBreak("not known"), why] })),
              {
                key: "sum",
                cells: [
                  "At the worst moment",
                  noBreak(formatBytes(estimate.peakBytes)),
                  estimate.unknown ? "without what is not known" : `${formatBytes(estimate.steadyBytes)} once loaded`,
                ],
              },
            ]}
          />
        </section>
      )}
      <section className={styles.part} aria-labelledby="context">
        <h2 id="context">With another context</h2>
        <p>
          {longest === undefined ? "There is no context with which it surely runs here." : `The longest with which it runs here is ${formatTokens(longest)}.`}
        </p>
        <nav aria-label="Context" className={styles.stops}>
          {contextStops.map((stop) => (
            <a key={stop} href={addressAt({ context: stop })} aria-current={stop === context ? "page" : undefined}>
              {new Intl.NumberFormat("en-GB").format(stop)}
            </a>
          ))}
        </nav>
        {device.applicationMemoryBytes?.increased && (
          <p>
            {entitlement ? "With iOS’s increased-memory entitlement. " : "Without iOS’s increased-memory entitlement. "}
            <a href={addressAt({ entitlement: !entitlement })}>{entitlement ? "Without it" : "With it"}</a>
          </p>
        )}
      </section>
      <p className={styles.part}>
        Go on to <a href={`/models/${model.id}`}>the model</a>, <a href={`/devices/${device.id}`}>the device</a>, or{" "}
        <a href={`/recommend?device=${device.id}`}>what suits this device best</a>.
      </p>
    </>
  );
}
