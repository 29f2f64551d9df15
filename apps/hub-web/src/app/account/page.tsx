import type { Metadata } from "next";
import { PageHead } from "../../components/page-head.tsx";
import { PasswordForm } from "../../components/password-form.tsx";
import { SignOutButton } from "../../components/sign-out-button.tsx";
import { TokenList } from "../../components/token-list.tsx";
import { formatDate, formatTime } from "../../format/format-date.ts";
import { pageApi, requireRole } from "../../people/page-actor.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage() {
  const actor = await requireRole("viewer", "/account");
  const tokens = await (await pageApi()).tokens.list();
  return (
    <>
      <PageHead title={actor.name} lead={`${actor.email}, ${actor.role}`}>
        <span className={styles.signOut}>
          <SignOutButton kind="plain" />
        </span>
      </PageHead>
      <TokenList
        tokens={tokens.map(({ lastUsedAt, expiresAt, createdAt, ...token }) => ({
          ...token,
          createdAt: formatDate(createdAt),
          expiresAt: formatDate(expiresAt),
          lastUsedAt: lastUsedAt === undefined ? "never" : formatTime(lastUsedAt),
        }))}
      />
      <PasswordForm />
    </>
  );
}
