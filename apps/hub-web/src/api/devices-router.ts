import { deviceSchema, idSchema } from "@tenfold/catalog";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { approveDevice, discardDevice, listDeviceDrafts, readDevice, saveDevice } from "../devices/edit-device.ts";
import { listDevices } from "../devices/list-devices.ts";
import { curatorProcedure, publicProcedure, reviewerProcedure, router, viewerProcedure } from "./trpc.ts";

const byId = z.object({ id: idSchema });

/** Devices that models run on: everybody sees what is approved. */
export const devicesRouter = router({
  list: publicProcedure.query(({ ctx: { hub } }) => listDevices(hub.database)),
  byId: publicProcedure.input(byId).query(async ({ ctx: { hub }, input: { id } }) => {
    const { devices } = await listDevices(hub.database);
    return devices.find((device) => device.id === id) ?? notFound(id);
  }),
  drafts: viewerProcedure.query(({ ctx: { hub } }) => listDeviceDrafts(hub.database)),
  draft: viewerProcedure.input(byId).query(async ({ ctx: { hub }, input: { id } }) => (await readDevice(hub.database, id)) ?? notFound(id)),
  save: curatorProcedure
    .input(z.object({ revision: z.int().nonnegative(), device: deviceSchema }))
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => saveDevice(transaction, actor, input, hub.clock()))),
  discard: curatorProcedure
    .input(byId)
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => discardDevice(transaction, actor, input))),
  approve: reviewerProcedure
    .input(byId.extend({ revision: z.int().nonnegative() }))
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => approveDevice(transaction, actor, input))),
});

function notFound(id: string): never {
  throw new TRPCError({ code: "NOT_FOUND", message: `This hub has no device ${id}.` });
}
