import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PageHead } from "../../components/page-head.tsx";
import { SignInForm } from "../../components/sign-in-form.tsx";
import { currentHub } from "../../hub/current-hub.ts";
import { pageActor } from "../../people/page-actor.ts";

export const metadata: Metadata = { title: "Sign in" };

type Address = { to?: string | string[]; email?: string | string[]; error?: string | string[] };

export default async function SignInPage({ searchParams }: { searchParams: Promise<Address> }) {
  const { to, email, error } = await searchParams;
  const target = placeInHub(to);
  if ((await pageActor()) !== undefined) redirect(target);
  return (
    <>
      <PageHead title="Sign in" lead="For those who curate this hub. Its models are for everybody, without an account." />
      <SignInForm
        to={target}
        {...(typeof email === "string" && { email })}
        providerName={currentHub().signIn.providerName}
        error={typeof error === "string" ? providerError(error) : undefined}
      />
    </>
  );
}

/** Only ever a page of this hub: the address may come from anybody. */
function placeInHub(to: unknown): string {
  return typeof to === "string" && /^\/(?![/\\])[\x21-\x7e]*$/.test(to) ? to : "/curate";
}

function providerError(code: string): string {
  return /signup_disabled|account_not_linked|unable_to_link/.test(code)
    ? "Nobody here has the address of that account. Ask an administrator for an invitation."
    : "The identity provider did not sign you in. Try again, or use a password.";
}
