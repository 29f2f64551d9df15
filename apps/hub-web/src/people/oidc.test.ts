import { afterAll, beforeAll, expect, test } from "vitest";
import { type OidcProvider, startOidcProvider } from "../../test/oidc-provider.ts";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { cookiesOf, newPerson, signInRequest } from "../../test/people.ts";
import { sampleModels } from "../../test/sample-starter.ts";
import { answerSignIn } from "./answer-sign-in.ts";
import { findActor } from "./find-actor.ts";

let hub: SampleHub;
let provider: OidcProvider;
beforeAll(async () => {
  provider = await startOidcProvider();
  hub = await openSampleHub(sampleModels(), { oidc: { issuer: provider.issuer, clientId: "hub", clientSecret: "secret", name: "Example" } });
});
afterAll(async () => {
  await hub.discard();
  await provider.close();
});

/** What a browser does: asks the hub, is sent to the provider, and comes back. */
async function signInThere() {
  const begun = await answerSignIn(signInRequest("/sign-in/social", { provider: "oidc", callbackURL: "/curate" }), hub);
  const { url } = (await begun.json()) as { url: string };
  const there = await fetch(url, { redirect: "manual" });
  const back = new Request(there.headers.get("location") ?? "", { headers: { host: "hub.example", cookie: cookiesOf(begun) } });
  const response = await answerSignIn(back, hub);
  const actor = await findActor(hub, new Headers({ cookie: cookiesOf(response), host: "hub.example" }));
  return { actor, location: response.headers.get("location") ?? "" };
}

test("who has an account signs in through the identity provider, by the address that it vouches for", async () => {
  const person = await newPerson(hub, "reviewer", "Ada");
  provider.person = { sub: "ada-1", email: person.email, name: "Ada", email_verified: true };
  expect(await signInThere()).toMatchObject({ actor: { userId: person.userId, role: "reviewer" }, location: expect.stringMatching(/\/curate$/) });
  // From now on the provider's own name for the person counts, whatever the address is.
  provider.person = { ...provider.person, email: "ada.new@example.org" };
  expect((await signInThere()).actor?.userId).toBe(person.userId);
});

test("who has no account gets none by having one there", async () => {
  provider.person = { sub: "eve-1", email: "eve@example.org", name: "Eve", email_verified: true };
  const { actor, location } = await signInThere();
  expect(actor).toBeUndefined();
  expect(location).toContain("error=");
  expect(await hub.database.user.count({ where: { email: "eve@example.org" } })).toBe(0);
});

test("a disabled account stays shut, and a token of another's signing opens none", async () => {
  const person = await newPerson(hub, "admin", "Bo");
  provider.person = { sub: "bo-1", email: person.email, name: "Bo", email_verified: true };
  provider.isForging = true;
  expect((await signInThere()).actor).toBeUndefined();
  provider.isForging = false;
  expect((await signInThere()).actor?.userId).toBe(person.userId);
  await hub.database.user.update({ where: { id: person.userId }, data: { disabledAt: hub.clock() } });
  expect((await signInThere()).actor).toBeUndefined();
});

test("an answer that nobody asked for is refused", async () => {
  const back = new Request("http://hub.example/api/auth/callback/oidc?code=x&state=y", { headers: { host: "hub.example" } });
  expect(cookiesOf(await answerSignIn(back, hub))).not.toContain("session_token=");
});
