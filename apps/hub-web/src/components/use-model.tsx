import { deepLink } from "../format/deep-link.ts";
import { formatBytes } from "../format/format-bytes.ts";
import { ButtonLink } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { QrCode } from "./qr-code.tsx";
import styles from "./use-model.module.css";

export interface UseModelProps {
  readonly id: string;
  /** Address of this hub, without a slash at the end. */
  readonly hubUrl: string;
  /** Whether the hub holds any of its files. */
  readonly isMirrored: boolean;
  /** The file that its default variant is, where it is one and the hub holds it. */
  readonly download?: { readonly sha256: string; readonly name: string; readonly sizeBytes: number };
}

/** The ways to a model: an application, the command line, a program, and clients of the Hugging Face Hub. */
export function UseModel({ id, hubUrl, isMirrored, download }: UseModelProps) {
  const program = `const tenfold = createTenfold({ adapters, catalogs: ["${hubUrl}"], platform });\nconst model = await tenfold.load("${id}");`;
  const link = deepLink(id, hubUrl);
  return (
    <section className={styles.ways} aria-labelledby="run">
      <header className={styles.head}>
        <h2 id="run">Run it</h2>
        <div className={styles.buttons}>
          {download && (
            <ButtonLink href={`/artifacts/sha256/${download.sha256}`} download={download.name}>
              {`Download ${formatBytes(download.sizeBytes)}`}
            </ButtonLink>
          )}
          <ButtonLink kind="primary" href={link}>
            Open in Tenfold
          </ButtonLink>
        </div>
      </header>
      <Snippet name="the command" title="Command line" text={`npx tenfold run ${id} "Hello"`} isCommand />
      <details className={styles.more}>
        <summary>On a phone, or with the link</summary>
        <QrCode text={link} label={`The link to ${id}, for a phone to scan`} />
        <Snippet name="the link's command" title="Command line" text={`npx tenfold open "${link}"`} isCommand />
      </details>
      <details className={styles.more}>
        <summary>In Node, in a browser, or with Hugging Face clients</summary>
        <Snippet name="the program" title="Node and browsers" text={program} />
        {isMirrored ? (
          <Snippet name="the download command" title="Hugging Face clients" text={`HF_ENDPOINT=${hubUrl} hf download tenfold/${id}`} isCommand />
        ) : (
          <p>This hub holds none of its files, so Hugging Face clients cannot take it from here.</p>
        )}
      </details>
    </section>
  );
}

function Snippet({ name, title, text, isCommand = false }: { name: string; title: string; text: string; isCommand?: boolean }) {
  return (
    <div className={styles.snippet}>
      <h3>{title}</h3>
      <div className={styles.line}>
        <code>
          {isCommand && <span aria-hidden="true">$ </span>}
          {text}
        </code>
        <CopyButton text={text} label={name} />
      </div>
    </div>
  );
}
