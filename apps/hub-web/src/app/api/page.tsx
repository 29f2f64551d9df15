import type { Metadata } from "next";
import type { ReactNode } from "react";
import { PageHead } from "../../components/page-head.tsx";
import { openApiDocument } from "../../routes/api/openapi-document.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "API" };

/** The API as people read it: made from the document that machines read. */
export default function ApiPage() {
  const { paths, info } = openApiDocument();
  return (
    <article className={styles.api}>
      <PageHead
        title="API"
        lead={
          <>
            {info.description} Machines read <a href="/api/v1/openapi.json">the OpenAPI document</a>.
          </>
        }
      />
      {Object.entries(paths).map(([path, { get }]) => (
        <section key={path} aria-labelledby={get.operationId}>
          <h2 id={get.operationId}>
            <code>
              <span>GET</span> {path}
            </code>
          </h2>
          <p>{withCode(get.summary)}</p>
          {get.parameters.length > 0 && (
            <dl>
              {get.parameters.map(({ name, description, required, schema }) => (
                <div key={name}>
                  <dt>
                    <code>{name}</code>
                    {required && " (required)"}
                  </dt>
                  <dd>
                    {describeSchema(schema)}
                    {description !== undefined && <> {withCode(description)}</>}
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </section>
      ))}
      <section aria-labelledby="more">
        <h2 id="more">Beside the API</h2>
        <ul>
          <li>
            <a href="/catalog/channels/stable.json">
              <code>/catalog</code>
            </a>{" "}
            and <code>/tuf</code>: the signed catalog, as static files by their SHA-256.
          </li>
          <li>
            <code>/artifacts/sha256/…</code>: the bytes of files, by ranges.
          </li>
          <li>
            <code>HF_ENDPOINT</code>: clients of the Hugging Face Hub take models from here when this variable names this hub; those of the catalog stand under{" "}
            <code>tenfold/</code>.
          </li>
        </ul>
      </section>
    </article>
  );
}

/** What stands between grave accents in the document is code. */
function withCode(text: string): ReactNode[] {
  return text.split("`").map((piece, place) => (place % 2 === 1 ? <code key={place}>{piece}</code> : piece));
}

interface ParameterSchema {
  readonly type?: unknown;
  readonly enum?: unknown;
  readonly default?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
}

/** A parameter's shape in words. */
function describeSchema(schema: object): string {
  const { type, enum: values, default: usual, minimum, maximum } = schema as ParameterSchema;
  const range = minimum !== undefined && typeof maximum === "number" && maximum < 1e9 ? ` from ${minimum} to ${maximum}` : "";
  const kind = Array.isArray(values) ? values.join(", ") : `${type ?? "number"}${range}`;
  return `${kind}${usual === undefined ? "" : `; ${usual} when absent`}.`;
}
