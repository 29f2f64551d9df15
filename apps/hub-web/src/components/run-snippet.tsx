import { CopyButton } from "./copy-button.tsx";
import styles from "./run-snippet.module.css";

/** The command that fetches, checks and runs a model. */
export function RunSnippet({ id }: { id: string }) {
  const command = `npx tenfold run ${id} "Hello"`;
  return (
    <section className={styles.snippet} aria-labelledby="run">
      <h2 id="run">Run it</h2>
      <div className={styles.line}>
        <code>
          <span aria-hidden="true">$ </span>
          {command}
        </code>
        <CopyButton text={command} label="the command" />
      </div>
    </section>
  );
}
