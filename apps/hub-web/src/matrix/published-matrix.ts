import { type Device, TenfoldError } from "@tenfold/catalog";
import { ofRelease } from "../catalog/of-release.ts";
import { publishedRelease } from "../catalog/published-release.ts";
import type { Database } from "../database/open-database.ts";
import { type DeviceList, listDevices } from "../devices/list-devices.ts";
import { frameworkProfiles } from "../frameworks/framework-profiles.ts";
import { listedModels } from "./listed-models.ts";
import { filterRows } from "./matrix.ts";
import { type MatrixQuery, usualDevices } from "./matrix-query.ts";
import { type MatrixRow, matrixRows } from "./matrix-rows.ts";

export interface PublishedMatrix {
  /** Absent while nothing is published. */
  readonly release?: { readonly number: number; readonly publishedAt: string };
  readonly rows: readonly MatrixRow[];
  readonly devices: readonly Device[];
}

/** What the stable channel publishes, under every framework that is known, and every device. */
export async function publishedMatrix(database: Database): Promise<PublishedMatrix> {
  const [release, list] = await Promise.all([publishedRelease(database), listDevices(database)]);
  if (!release) return { rows: [], devices: list.devices };
  const rows = await ofRelease(database, release.number, ["matrix rows"], async () =>
    matrixRows(await listedModels(database, release.number), frameworkProfiles),
  );
  return { release: { number: release.number, publishedAt: release.publishedAt.toISOString() }, rows, devices: list.devices };
}

/** The rows that a question is about. Those that fit a device are found once for a release and a device as it stands. */
export async function askedRows(
  database: Database,
  { rows, release, devices }: PublishedMatrix,
  query: Omit<MatrixQuery, "limit" | "skip">,
): Promise<readonly MatrixRow[]> {
  if (query.fits === undefined || !release) return filterRows(rows, devices, query);
  const { fits, context, entitlement } = query;
  const device = findAsked(devices, fits);
  const fitting = await ofRelease(
    database,
    release.number,
    ["matrix fits", device, context, entitlement],
    async () => new Set(filterRows(rows, [device], { fits, context, entitlement })),
  );
  const { fits: _fits, ...rest } = query;
  return filterRows(rows, devices, rest).filter((row) => fitting.has(row));
}

/** The devices that a question names, in its order. @throws TenfoldError `invalid-input` for one that this hub does not have */
export function askedDevices({ devices }: Pick<DeviceList, "devices">, ids: readonly string[] | undefined): readonly Device[] {
  if (ids === undefined || ids.length === 0) return usualDevices.flatMap((id) => devices.find((device) => device.id === id) ?? []);
  return [...new Set(ids)].map((id) => findAsked(devices, id));
}

function findAsked(devices: readonly Device[], id: string): Device {
  const found = devices.find((device) => device.id === id);
  if (!found) throw new TenfoldError("invalid-input", `This hub has no device ${id}.`, { remedy: "Its devices are listed under /devices." });
  return found;
}
