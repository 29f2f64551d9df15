import type { Metadata } from "next";
import { headers } from "next/headers";
import { CopyButton } from "../../components/copy-button.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { QrCode } from "../../components/qr-code.tsx";
import { formatDate } from "../../format/format-date.ts";
import { hubAddress } from "../../http/hub-address.ts";
import { currentHub } from "../../hub/current-hub.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Trust" };

/** The root's fingerprint: to be compared, copied or scanned. */
export default async function TrustPage() {
  const { signer, publicUrl } = currentHub();
  const trust = await signer.trust();
  if (trust === undefined) {
    return (
      <Notice title="Nothing is signed yet" level="h1">
        <p>The fingerprint appears here with the first signature.</p>
      </Notice>
    );
  }
  const { rootFingerprint, rootVersion, rootExpires, isDevelopment } = trust;
  const url = hubAddress(publicUrl, (await headers()).get("host"));
  const command = `tenfold hub add ${url} --fingerprint ${rootFingerprint}`;
  return (
    <>
      <PageHead
        title="Trust"
        lead="Everything that this hub publishes is signed. Whoever has its fingerprint from somewhere they trust can tell it from every other."
      />
      {isDevelopment && (
        <p className={styles.warning}>
          <strong>Development keys.</strong> They were made at the first start, by nobody: they prove nothing about who runs this hub.{" "}
          <code>tenfold-hub keys init</code> replaces them.
        </p>
      )}
      <div className={styles.columns}>
        <QrCode
          text={`tenfold://hub?url=${encodeURIComponent(url)}&fingerprint=${rootFingerprint}`}
          label="The hub's address and fingerprint, for a phone to scan"
        />
        <dl className={styles.facts}>
          <div>
            <dt>Fingerprint of root {rootVersion}</dt>
            <dd>
              <code>{rootFingerprint.match(/.{8}/g)?.join(" ")}</code> <CopyButton text={rootFingerprint} label="the fingerprint" />
            </dd>
          </div>
          <div>
            <dt>Holds until</dt>
            <dd>{formatDate(rootExpires)}</dd>
          </div>
          <div>
            <dt>Add this hub</dt>
            <dd>
              <code>{command}</code> <CopyButton text={command} label="the command" />
            </dd>
          </div>
        </dl>
      </div>
    </>
  );
}
