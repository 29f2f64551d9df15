import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { createApiCaller } from "../api/api-router.ts";
import { currentHub } from "../hub/current-hub.ts";
import { type Actor, permits } from "./actor.ts";
import { findActor } from "./find-actor.ts";
import type { Role } from "./role.ts";

/** Who asks for this page; looked up once for each request. */
export const pageActor = cache(async (): Promise<Actor | undefined> => findActor(currentHub(), await headers()));

/** The procedures, called as whoever asks for this page. */
export async function pageApi() {
  return createApiCaller({ hub: currentHub(), actor: await pageActor() });
}

/** For the top of a page that is not everybody's: sends strangers to sign in, and shows others that there is nothing here. */
export async function requireRole(needed: Role, path: string): Promise<Actor> {
  const actor = await pageActor();
  if (actor === undefined) redirect(`/sign-in?to=${encodeURIComponent(path)}`);
  if (!permits(actor, needed)) notFound();
  return actor;
}
