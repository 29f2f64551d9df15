import type { Archive, Artifact } from "@tenfold/catalog";
import { describeEvidence } from "../format/describe-evidence.ts";
import { formatBytes } from "../format/format-bytes.ts";
import { sourceLink } from "../format/source-link.ts";
import styles from "./artifact-entry.module.css";
import { Digest } from "./digest.tsx";
import { EvidenceBadge } from "./evidence-badge.tsx";

/** One file: size, digest, who vouches for them, and where it can be had. */
export function ArtifactEntry({ artifact: { path, role, sizeBytes, sha256, sources, archive } }: { artifact: Artifact }) {
  return (
    <li className={styles.file}>
      <div className={styles.name}>
        <code>{path}</code>
        <span>
          {role}
          {sizeBytes !== undefined && `, ${formatBytes(sizeBytes.value)}`}
          {sizeBytes !== undefined && sha256 === undefined && ` (${describeEvidence(sizeBytes.evidence)})`}
        </span>
      </div>
      <div className={styles.evidence}>
        {sha256 ? (
          <>
            <Digest sha256={sha256.value} label={`the SHA-256 of ${path}`} />
            <EvidenceBadge kind={sha256.evidence.kind}>{sha256.evidence.kind}</EvidenceBadge>
            <span className={styles.who}>{describeEvidence(sha256.evidence).replace(/^\w+ /, "")}</span>
          </>
        ) : (
          <>
            <EvidenceBadge kind="unknown">no digest</EvidenceBadge>
            <span className={styles.who}>listed, but not installed until somebody has verified it</span>
          </>
        )}
      </div>
      <p className={styles.sources}>
        {sha256 !== undefined && sources.some(({ kind }) => kind === "hub") && (
          <>
            <a href={`/artifacts/sha256/${sha256.value}`} download={path.split("/").at(-1)}>
              Download<span className="visually-hidden"> {path}</span>
            </a>
            {" · "}
          </>
        )}
        {sources.length === 0
          ? "No source is known: import the file from where you have it."
          : sources.map((source, place) => {
              const { label, href } = sourceLink(source, sha256?.value);
              return (
                <span key={`${source.kind} ${href}`}>
                  {place === 0 ? "From " : ", then "}
                  {href === undefined ? label : <a href={href}>{label}</a>}
                </span>
              );
            })}
      </p>
      {archive !== undefined && <ArchiveMembers path={path} archive={archive} />}
    </li>
  );
}

/** What clients unpack and keep. */
function ArchiveMembers({ path, archive: { kind, members } }: { path: string; archive: Archive }) {
  return (
    <details className={styles.members}>
      <summary>
        {kind} archive of {members.length} {members.length === 1 ? "file" : "files"}, which are unpacked and kept in its place
      </summary>
      <ul aria-label={`Files in ${path}`}>
        {members.map((member) => (
          <li key={member.path}>
            <div className={styles.name}>
              <code>{member.path}</code>
              <span>
                {member.role}, {formatBytes(member.sizeBytes)}
              </span>
            </div>
            <Digest sha256={member.sha256} label={`the SHA-256 of ${member.path}`} />
          </li>
        ))}
      </ul>
    </details>
  );
}
