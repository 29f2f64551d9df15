import { recordAudit } from "../audit/record-audit.ts";
import { planSweep } from "../sweeping/plan-sweep.ts";
import { sweep } from "../sweeping/sweep.ts";
import { adminProcedure, router } from "./trpc.ts";

export const upkeepRouter = router({
  /** What nobody needs any more, and how long such things are kept. */
  planSweep: adminProcedure.query(async ({ ctx: { hub } }) => ({ ...(await planSweep(hub)), keeping: hub.keeping })),
  /** Removes it now. */
  sweep: adminProcedure.mutation(async ({ ctx: { hub, actor } }) => {
    const swept = await sweep(hub, actor);
    await recordAudit(hub.database, actor, "hub.sweep", "hub", { ...swept });
    return swept;
  }),
});
