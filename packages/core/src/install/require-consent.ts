import { asksForConsent, type Licence, TenfoldError } from "@tenfold/catalog";
import type { Clock } from "../platform/platform.ts";
import { isAccepted } from "../store/consents.ts";
import type { Store } from "../store/store.ts";

/** Asks whoever is to use a model whether they accept its licence. */
export type AcceptLicence = (licence: Licence) => boolean | Promise<boolean>;

export interface ConsentContext {
  store: Pick<Store, "consents" | "rememberConsent">;
  clock: Pick<Clock, "timestamp">;
  acceptLicence?: AcceptLicence;
  signal?: AbortSignal;
}

/**
 * Passes where the licence asks for no consent, or has it from earlier; else asks, and remembers a yes.
 * @throws TenfoldError `licence-not-accepted`, also where nobody can be asked; the signal's reason when aborted meanwhile.
 */
export async function requireConsent({ id, licence }: { id: string; licence?: Licence }, context: ConsentContext): Promise<void> {
  const { store, clock, acceptLicence, signal } = context;
  if (!licence || !asksForConsent(licence)) return;
  if (isAccepted(await store.consents(), licence, id)) return;
  if (!(acceptLicence && (await unlessAborted(acceptLicence(licence), signal)))) {
    const where = licence.url === undefined ? "" : `; its text is at ${licence.url}`;
    throw new TenfoldError("licence-not-accepted", `${id} may be fetched only by those who accept its licence, ${licence.name ?? licence.id}${where}.`, {
      details: { licence: licence.id, ...(licence.url === undefined ? {} : { url: licence.url }) },
    });
  }
  await store.rememberConsent({ licence: licence.id, ...(licence.url === undefined ? {} : { url: licence.url }), model: id, acceptedAt: clock.timestamp() });
}

/** A question may stay open for ever. */
async function unlessAborted<Answer>(answer: Answer | Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  if (!signal) return answer;
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
