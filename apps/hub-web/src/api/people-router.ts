import { TenfoldError } from "@tenfold/catalog";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { listAudit } from "../audit/list-audit.ts";
import { acceptLink, cancelInvitation, inviteUser, linkForNewPassword, listInvitations, readLink } from "../people/links.ts";
import { minimumPasswordLength } from "../people/open-sign-in.ts";
import { roleSchema } from "../people/role.ts";
import { listUsers, setDisabled, setRole } from "../people/users.ts";
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
  list: adminProcedure.query(({ ctx: { hub } }) => listUsers(hub.database)),
  /** Answers a link's path, once. */
  invite: adminProcedure
    .input(z.object({ email: emailSchema, role: roleSchema }))
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => inviteUser(transaction, actor, input, hub.clock()))),
  /** The same, for somebody who has forgotten the password. */
  newPassword: adminProcedure
    .input(z.object({ email: emailSchema }))
    .mutation(({ ctx: { hub, actor }, input: { email } }) =>
      hub.database.$transaction((transaction) => linkForNewPassword(transaction, actor, email, hub.clock())),
    ),
  invitations: adminProcedure.query(({ ctx: { hub } }) => listInvitations(hub.database, hub.clock())),
  cancelInvitation: adminProcedure
    .input(z.object({ id: z.int() }))
    .mutation(({ ctx: { hub, actor }, input: { id } }) => hub.database.$transaction((transaction) => cancelInvitation(transaction, actor, id))),
  setRole: adminProcedure
    .input(z.object({ userId: z.string(), role: roleSchema }))
    .mutation(({ ctx: { hub, actor }, input: { userId, role } }) => hub.database.$transaction((transaction) => setRole(transaction, actor, userId, role))),
  setDisabled: adminProcedure
    .input(z.object({ userId: z.string(), isDisabled: z.boolean() }))
    .mutation(({ ctx: { hub, actor }, input: { userId, isDisabled } }) =>
      hub.database.$transaction((transaction) => setDisabled(transaction, actor, userId, isDisabled, hub.clock())),
    ),
  audit: adminProcedure
    .input(
      z.object({
        action: z.string().max(100).optional(),
        subject: z.string().max(200).optional(),
        userId: z.string().max(100).optional(),
        before: z.int().positive().optional(),
        limit: z.int().positive().max(200).default(100),
      }),
    )
    .query(({ ctx: { hub }, input }) => listAudit(hub.database, input)),
});
