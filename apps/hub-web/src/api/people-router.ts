import { TenfoldError } from "@tenfold/catalog";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { acceptLink, inviteUser, readLink } from "../people/links.ts";
import { minimumPasswordLength } from "../people/open-sign-in.ts";
import { roleSchema } from "../people/role.ts";
import { adminProcedure, publicProcedure, router, viewerProcedure } from "./trpc.ts";

const emailSchema = z.email().max(254).toLowerCase();
const linkSchema = z.string().min(20).max(100);
const acceptanceSchema = z.object({
  link: linkSchema,
  email: emailSchema.optional(),
  name: z.string().trim().min(1).max(100).optional(),
  password: z.string().min(minimumPasswordLength, `expected at least ${minimumPasswordLength} characters`).max(256),
});

export const peopleRouter = router({
  /** Who asks. */
  me: viewerProcedure.query(({ ctx }) => ctx.actor),
  /** Uses a link up: an account, or a new password. Answers the address to sign in with. */
  accept: publicProcedure.input(acceptanceSchema).mutation(async ({ ctx: { hub, address = "unknown" }, input: { link, email, name, password } }) => {
    const waitSeconds = await hub.limits.take("link by address", address);
    if (waitSeconds !== undefined) throw new TRPCError({ code: "TOO_MANY_REQUESTS", message: `Too many attempts. Try again in ${waitSeconds} seconds.` });
    const purpose = await readLink(hub.database, link, hub.clock());
    if (purpose?.kind === "first-administrator" && email === undefined) throw new TenfoldError("invalid-input", "An e-mail address is needed to sign in with.");
    const passwordHash = await hub.signIn.hashPassword(password);
    return { email: await hub.database.$transaction((transaction) => acceptLink(transaction, link, { email, name, passwordHash }, hub.clock())) };
  }),
  /** Answers a link's path, once. */
  invite: adminProcedure
    .input(z.object({ email: emailSchema, role: roleSchema }))
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => inviteUser(transaction, actor, input, hub.clock()))),
});
