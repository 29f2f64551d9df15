import { type Device, deviceSchema, parse, TenfoldError } from "@tenfold/catalog";
import { recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import { diffDocuments } from "../diff/diff-documents.ts";
import { type Device as DeviceRow, Prisma } from "../generated/prisma/client.ts";
import type { Actor } from "../people/actor.ts";
import { deviceColumns } from "./seed-devices.ts";

/** What stands of a device, and what a curator would have it be. */
export interface DeviceDraft {
  readonly id: string;
  readonly revision: number;
  /** Absent while a new device waits for its first approval. */
  readonly content?: Device;
  readonly draft?: { readonly device: Device; readonly byId: string; readonly by: string; readonly at: string };
}

export async function readDevice(transaction: Transaction, id: string): Promise<DeviceDraft | undefined> {
  const row = await transaction.device.findUnique({ where: { id } });
  return row === null ? undefined : draftOf(row);
}

/** Devices of which a draft waits, the newest first. */
export async function listDeviceDrafts(transaction: Transaction): Promise<DeviceDraft[]> {
  const rows = await transaction.device.findMany({ where: { draftAt: { not: null } }, orderBy: { draftAt: "desc" } });
  return rows.map(draftOf);
}

export interface SaveDevice {
  readonly device: Device;
  /** The revision that the edit began from; 0 for a new device. */
  readonly revision: number;
}

/**
 * Keeps what a curator would have a device be; nobody else sees it until it is approved.
 * @throws TenfoldError `conflict` when it was changed meanwhile; `invalid-input` for a new device whose id is taken, or an edit that changes nothing
 */
export async function saveDevice(transaction: Transaction, actor: Actor, { device, revision }: SaveDevice, now: Date): Promise<void> {
  const draft = { draft: device as unknown as Prisma.InputJsonObject, draftById: actor.userId, draftBy: actor.name, draftAt: now };
  if (revision === 0) {
    const { count } = await transaction.device.createMany({
      data: [{ id: device.id, kind: device.kind, name: device.name, position: 1_000_000, ...draft }],
      skipDuplicates: true,
    });
    const waiting = count === 1 ? undefined : await lockDevice(transaction, device.id);
    if (waiting && waiting.content !== null)
      throw new TenfoldError("invalid-input", `There is a device ${device.id} already.`, { remedy: "Open that one, or choose another id." });
    if (waiting) await transaction.device.update({ where: { id: device.id }, data: draft });
    await recordAudit(transaction, actor, "device.create", `device ${device.id}`);
    return;
  }
  const row = await lockDevice(transaction, device.id);
  expectRevision(row, revision);
  const changes = diffDocuments(row.content, device);
  if (changes.length === 0) throw new TenfoldError("invalid-input", "Nothing was changed.", { remedy: "Change a field before you save." });
  await transaction.device.update({ where: { id: device.id }, data: draft });
  await recordAudit(transaction, actor, "device.update", `device ${device.id}`, { fields: changes.map(({ path }) => path).slice(0, 100) });
}

/**
 * Shows everybody what a curator wrote. Whoever wrote it cannot, but in a hub with one user.
 * @throws TenfoldError `forbidden`, `conflict`, `illegal-transition`
 */
export async function approveDevice(transaction: Transaction, actor: Actor, { id, revision }: { id: string; revision: number }): Promise<void> {
  const row = await lockDevice(transaction, id);
  expectRevision(row, revision);
  const { draft } = draftOf(row);
  if (!draft)
    throw new TenfoldError("illegal-transition", "Nothing waits to be approved.", { remedy: "Look at the device again: somebody may have been faster." });
  const byAuthor = draft.byId === actor.userId;
  if (byAuthor && (await transaction.user.count({ where: { disabledAt: null } })) > 1) {
    throw new TenfoldError("forbidden", "Whoever wrote a change cannot approve it.", { remedy: "Ask another reviewer to look at it." });
  }
  await transaction.device.update({ where: { id }, data: { ...deviceColumns(draft.device), ...noDraft, isCurated: true, revision: { increment: 1 } } });
  await recordAudit(transaction, actor, "device.approve", `device ${id}`, { revision: revision + 1, by: draft.by, ...(byAuthor && { byAuthor }) });
}

/** Drops what a curator wrote; a device that was never approved goes with it. */
export async function discardDevice(transaction: Transaction, actor: Actor, { id }: { id: string }): Promise<void> {
  const row = await lockDevice(transaction, id);
  if (row.draft === null) throw new TenfoldError("illegal-transition", "There is no draft to discard.");
  if (row.content === null) await transaction.device.delete({ where: { id } });
  else await transaction.device.update({ where: { id }, data: noDraft });
  await recordAudit(transaction, actor, "device.discard", `device ${id}`, { by: row.draftBy ?? "somebody" });
}

const noDraft = { draft: Prisma.DbNull, draftById: null, draftBy: null, draftAt: null };

function draftOf({ id, revision, content, draft, draftById, draftBy, draftAt }: DeviceRow): DeviceDraft {
  return {
    id,
    revision,
    ...(content !== null && { content: parse(deviceSchema, content, `device ${id}`) }),
    ...(draft !== null && {
      draft: {
        device: parse(deviceSchema, draft, `draft of device ${id}`),
        byId: draftById ?? "",
        by: draftBy ?? "somebody",
        at: (draftAt ?? new Date(0)).toISOString(),
      },
    }),
  };
}

async function lockDevice(transaction: Transaction, id: string): Promise<DeviceRow> {
  await transaction.$queryRaw`select id from device where id = ${id} for update`;
  const row = await transaction.device.findUnique({ where: { id } });
  if (row === null) throw new TenfoldError("invalid-input", `This hub has no device ${id}.`);
  return row;
}

function expectRevision(row: DeviceRow, revision: number): void {
  if (row.revision === revision) return;
  throw new TenfoldError("conflict", `${row.name} was changed since you looked at it.`, { remedy: "Open it again.", details: { revision: row.revision } });
}
