import { deepLink } from "../format/deep-link.ts";
import buttons from "./button.module.css";
import { CopyButton } from "./copy-button.tsx";
import styles from "./use-model.module.css";

export interface UseModelProps {
  readonly id: string;
  /** Address of this hub, without a slash at the end. */
  readonly hubUrl: string;
  /** Whether the hub holds any of its files. */
  readonly isMirrored: boolean;
}

/** The ways to a model: an application, the command line, a program, and clients of the Hugging Face Hub. */
export function UseModel({ id, hubUrl, isMirrored }: UseModelProps) {
  const program = `const tenfold = createTenfold({ adapters, catalogs: ["${hubUrl}"], platform });\nconst model = await tenfold.load("${id}");`;
  return (
    <section className={styles.ways} aria-labelledby="run">
      <header className={styles.head}>
        <h2 id="run">Run it</h2>
        <a className={buttons.button} href={deepLink(id, hubUrl)}>
          Open in Tenfold
        </a>
      </header>
      <Snippet name="the command" title="Command line" text={`npx tenfold run ${id} "Hello"`} isCommand />
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
