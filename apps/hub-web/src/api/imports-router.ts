import { z } from "zod";
import { isArchiveName } from "../artifacts/unpack-archive.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { applyImport } from "../imports/apply-import.ts";
import { credentialSchema } from "../imports/credentials.ts";
import { manifestsOfList } from "../imports/manifests-of-list.ts";
import { findProposal, importChoiceSchema, planImport, saveProposal } from "../imports/plan-import.ts";
import { requestArchive } from "../imports/request-archive.ts";
import { keepArchive } from "../uploads/keep-archive.ts";
import { manifestOfUpload } from "../uploads/manifest-of-upload.ts";
import { requestVerification } from "../verification/request-verification.ts";
import { adminProcedure, curatorProcedure, router } from "./trpc.ts";

const mostListCharacters = 5_000_000;

export const importsRouter = router({
  /** Repositories of the Hugging Face Hub whose names fit. */
  search: curatorProcedure.input(z.object({ text: z.string().trim().min(1).max(200) })).query(({ ctx: { hub }, input }) => hub.importer.search(input.text)),
  /** Reads what an address holds, and answers the id of what could be imported, or of the job that reads an archive first. */
  describe: curatorProcedure.input(z.object({ address: z.string().trim().min(1).max(2000) })).mutation(async ({ ctx: { hub, actor }, input: { address } }) => {
    const found = hub.importer.read(address);
    if (found.kind === "archive" || found.kind === "kaggle") return { job: await requestArchive(hub.database, found, actor) };
    const manifest = await hub.importer.describe(address);
    return { id: await saveProposal(hub.database, { origin: address, manifests: [manifest], createdBy: actor.userId }) };
  }),
  /** The same for a JSON list of manifests. */
  describeList: curatorProcedure
    .input(z.object({ text: z.string().min(1).max(mostListCharacters) }))
    .mutation(async ({ ctx: { hub, actor }, input: { text } }) => {
      const manifests = manifestsOfList(text, hub.clock().toISOString());
      return { id: await saveProposal(hub.database, { origin: "a list", manifests, createdBy: actor.userId }) };
    }),
  /** The same for a file that was uploaded. */
  describeUpload: curatorProcedure
    .input(z.object({ uploadId: z.string().regex(/^[0-9a-f]{32}$/) }))
    .mutation(async ({ ctx: { hub, actor }, input: { uploadId } }) => {
      const upload = await hub.uploads.find(uploadId);
      if (upload !== undefined && isArchiveName(upload.name)) return { job: await requestArchive(hub.database, await keepArchive(hub, uploadId), actor) };
      const manifest = await manifestOfUpload(hub, uploadId);
      return { id: await saveProposal(hub.database, { origin: "an upload", manifests: [manifest], createdBy: actor.userId }) };
    }),
  byId: curatorProcedure.input(z.object({ id: z.uuid() })).query(({ ctx: { hub }, input: { id } }) => findProposal(hub.database, id)),
  /** What an import would change. Nothing is written. */
  plan: curatorProcedure.input(importChoiceSchema).query(async ({ ctx: { hub }, input }) => {
    const { models, digest } = await planImport(hub.database, input);
    return { digest, models: models.map(({ id, action, changes }) => ({ id, action, changes })) };
  }),
  /** Does what `plan` showed, and has the variants verified. Answers the jobs that do. */
  carryOut: curatorProcedure
    .input(z.object({ choices: importChoiceSchema, digest: z.string().length(64), verify: z.boolean(), keep: z.boolean() }))
    .mutation(({ ctx: { hub, actor }, input: { choices, digest, verify, keep } }) =>
      hub.database.$transaction(
        async (transaction) => {
          const { models } = await applyImport(transaction, choices, digest, actor);
          const jobs: string[] = [];
          for (const { id, variants } of verify ? choices.models : []) {
            for (const variant of variants) jobs.push(await requestVerification(transaction, { modelId: id, variant, keep, createdBy: actor.name }));
          }
          return { models: models.map(({ id, action }) => ({ id, action })), jobs };
        },
        { timeout: 120_000 },
      ),
    ),
  /** What signs in to other servers; never the secrets themselves. */
  credentials: curatorProcedure.query(({ ctx: { hub } }) => hub.credentials.list()),
  saveCredential: adminProcedure.input(credentialSchema).mutation(({ ctx: { hub, actor }, input }) =>
    hub.database.$transaction(async (transaction) => {
      await hub.credentials.save(transaction, input, actor.userId);
      await recordAudit(transaction, actor, "credential.save", `credential ${input.origin}`, { label: input.label });
    }),
  ),
  removeCredential: adminProcedure.input(z.object({ origin: z.url().max(300) })).mutation(({ ctx: { hub, actor }, input: { origin } }) =>
    hub.database.$transaction(async (transaction) => {
      const removed = await hub.credentials.remove(transaction, origin);
      if (removed) await recordAudit(transaction, actor, "credential.remove", `credential ${origin}`);
      return { removed };
    }),
  ),
});
