import type { FrameworkProfile } from "@tenfold/catalog";
import styles from "./framework-platforms.module.css";
import { platformNames, platforms, SupportBadge } from "./platform-support.tsx";
import { Tags } from "./tags.tsx";

/** Where a framework runs, through what, and what it wants there; or why it does not, and what would do instead. */
export function FrameworkPlatforms({ profile }: { profile: FrameworkProfile }) {
  return (
    <ul className={styles.platforms}>
      {platforms.map((platform) => {
        const support = profile.platforms[platform];
        return (
          <li key={platform}>
            <h3>
              {platformNames[platform]} <SupportBadge support={support} />
            </h3>
            {support.supported ? (
              <dl>
                <div>
                  <dt>Through</dt>
                  <dd>
                    <Code text={support.through} />
                  </dd>
                </div>
                {support.requires !== undefined && (
                  <div>
                    <dt>Needs</dt>
                    <dd>
                      <Code text={support.requires} />
                    </dd>
                  </div>
                )}
                <div>
                  <dt>Accelerators</dt>
                  <dd>
                    <Tags label={`Accelerators in ${platformNames[platform]}`} values={support.accelerators} />
                  </dd>
                </div>
              </dl>
            ) : (
              <>
                <p>{support.reason}</p>
                {support.remedy !== undefined && <p className={styles.remedy}>{support.remedy}</p>}
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Profiles put commands between backticks. */
function Code({ text }: { text: string }) {
  return text.split("`").map((part, place) => (place % 2 === 1 ? <code key={part}>{part}</code> : part));
}
