import { TenfoldError } from "@tenfold/catalog";
import { recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Actor } from "../people/actor.ts";
import { lockModel } from "./record-revision.ts";
import { wasPublished } from "./was-published.ts";

/** Removes a draft that nothing was ever published of: what was published stays to be known. @throws TenfoldError `illegal-transition`, `unknown-model` */
export async function discardModel(transaction: Transaction, actor: Actor, id: string): Promise<void> {
  await lockModel(transaction, id);
  if (await wasPublished(transaction, id)) {
    throw new TenfoldError("illegal-transition", `Releases have published ${id}.`, { remedy: "Deprecate it, or revoke it if nobody may use it any longer." });
  }
  await transaction.model.delete({ where: { id } });
  await recordAudit(transaction, actor, "model.discard", `model ${id}`);
}
