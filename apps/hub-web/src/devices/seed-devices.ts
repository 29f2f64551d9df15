import type { Device } from "@tenfold/catalog";
import { devices } from "@tenfold/catalog/devices";
import type { Database } from "../database/open-database.ts";
import { isEqual } from "../diff/field-change.ts";
import type { Prisma } from "../generated/prisma/client.ts";

/**
 * Brings the table that this version of Tenfold comes with into the database: devices that are new, and figures that are other ones now. What a curator of this hub
 * has had approved stays as it is.
 */
export async function seedDevices(database: Database): Promise<void> {
  const rows = await database.device.findMany({ select: { id: true, content: true, position: true, isCurated: true } });
  const known = new Map(rows.map((row) => [row.id, row]));
  const seeds = devices.map((device, position) => ({ device, position }));
  const fresh = seeds.filter(({ device }) => !known.has(device.id));
  if (fresh.length > 0) {
    await database.device.createMany({
      data: fresh.map(({ device, position }) => ({ id: device.id, ...deviceColumns(device), position, revision: 1 })),
      skipDuplicates: true,
    });
  }
  for (const { device, position } of seeds) {
    const row = known.get(device.id);
    if (!row || row.isCurated || (row.position === position && isEqual(row.content, device))) continue;
    await database.device.updateMany({ where: { id: device.id, isCurated: false }, data: { ...deviceColumns(device), position, revision: { increment: 1 } } });
  }
}

export function deviceColumns(device: Device) {
  return { kind: device.kind, name: device.name, content: device as unknown as Prisma.InputJsonObject };
}
