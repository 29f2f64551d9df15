import { TRPCError } from "@trpc/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson } from "../../test/people.ts";
import { type Actor, permits } from "../people/actor.ts";
import { type Role, roles, type Scope, scopeOfRole, scopes } from "../people/role.ts";
import { apiRouter, createApiCaller } from "./api-router.ts";
import type { ApiMeta } from "./trpc.ts";

/**
 * Who may call what. A procedure that is not here fails the test: whoever adds one says here, a second time, whom it is for.
 */
const matrix: Record<string, Role | "nobody"> = {
  "models.list": "nobody",
  "models.facets": "nobody",
  "models.byId": "nobody",
  "curation.list": "viewer",
  "curation.byId": "viewer",
  "curation.save": "curator",
  "curation.discard": "curator",
  "curation.comment": "curator",
  "curation.requestReview": "curator",
  "curation.withdrawReview": "curator",
  "curation.approve": "reviewer",
  "curation.return": "reviewer",
  "devices.list": "nobody",
  "devices.byId": "nobody",
  "devices.drafts": "viewer",
  "devices.draft": "viewer",
  "devices.save": "curator",
  "devices.discard": "curator",
  "devices.approve": "reviewer",
  "matrix.page": "nobody",
  "matrix.cell": "nobody",
  "matrix.recommend": "nobody",
  "imports.search": "curator",
  "imports.describe": "curator",
  "imports.describeList": "curator",
  "imports.describeUpload": "curator",
  "imports.byId": "curator",
  "imports.plan": "curator",
  "imports.carryOut": "curator",
  "imports.credentials": "curator",
  "imports.saveCredential": "admin",
  "imports.removeCredential": "admin",
  "jobs.list": "viewer",
  "jobs.byId": "viewer",
  "jobs.watch": "viewer",
  "jobs.cancel": "curator",
  "jobs.restart": "curator",
  "jobs.verify": "curator",
  "jobs.verifications": "viewer",
  "jobs.drifts": "viewer",
  "jobs.acknowledgeDrift": "curator",
  "releases.list": "nobody",
  "releases.byNumber": "nobody",
  "releases.preview": "viewer",
  "releases.publish": "reviewer",
  "releases.restore": "reviewer",
  "releases.revoke": "reviewer",
  "people.me": "viewer",
  "people.accept": "nobody",
  "people.list": "admin",
  "people.invite": "admin",
  "people.newPassword": "admin",
  "people.invitations": "admin",
  "people.cancelInvitation": "admin",
  "people.setRole": "admin",
  "people.setDisabled": "admin",
  "people.audit": "admin",
  "upkeep.planSweep": "admin",
  "upkeep.sweep": "admin",
  "tokens.list": "viewer",
  "tokens.create": "viewer",
  "tokens.revoke": "viewer",
  "webhooks.list": "admin",
  "webhooks.create": "admin",
  "webhooks.test": "admin",
  "webhooks.setDisabled": "admin",
  "webhooks.remove": "admin",
};

const procedures = Object.entries(apiRouter._def.procedures as unknown as Record<string, { _def: { meta?: ApiMeta } }>);

let hub: SampleHub;
let people: Record<Role, Actor>;
beforeAll(async () => {
  hub = await openSampleHub([]);
  const made = await Promise.all(roles.map(async (role) => [role, await newPerson(hub, role)] as const));
  people = Object.fromEntries(made) as Record<Role, Actor>;
});
afterAll(() => hub.discard());

/** Calls a procedure with an input that none accepts; answers what stopped it. A number is no input of any of them. */
async function outcome(path: string, actor: Actor | undefined): Promise<string> {
  const [group = "", name = ""] = path.split(".");
  const caller = createApiCaller({ hub, actor }) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  try {
    await caller[group]?.[name]?.(7);
    return "let in";
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    return ["UNAUTHORIZED", "FORBIDDEN"].includes(error.code) ? error.code : "let in";
  }
}

test("the matrix names every procedure there is, and no other", () => {
  expect(procedures.map(([path]) => path).sort()).toEqual(Object.keys(matrix).sort());
});

test.each(procedures)("%s says itself what the matrix says", (path, procedure) => {
  expect(procedure._def.meta?.needs ?? "nobody").toBe(matrix[path]);
});

test.each(Object.entries(matrix))("%s lets in whoever is at least: %s", async (path, needs) => {
  expect(await outcome(path, undefined)).toBe(needs === "nobody" ? "let in" : "UNAUTHORIZED");
  for (const role of roles) {
    const isAllowed = needs === "nobody" || roles.indexOf(role) >= roles.indexOf(needs);
    expect([role, await outcome(path, people[role])]).toEqual([role, isAllowed ? "let in" : "FORBIDDEN"]);
  }
});

test.each(Object.entries(matrix).filter(([, needs]) => needs !== "nobody"))("%s lets a token in with the scope of %s only", async (path, needs) => {
  for (const scope of scopes) {
    const holder: Actor = { ...people.admin, token: { id: 1, name: "test", scopes: [scope] } };
    const isAllowed = scope === scopeOfRole[needs as Role] || (needs === "viewer" && scope !== "measure");
    expect([scope, await outcome(path, holder)]).toEqual([scope, isAllowed ? "let in" : "FORBIDDEN"]);
  }
});

test("a token with every scope may no more than its owner", () => {
  const holder: Actor = { ...people.viewer, token: { id: 1, name: "test", scopes: [...scopes] as Scope[] } };
  expect(roles.filter((role) => permits(holder, role))).toEqual(["viewer"]);
});
