import { type Device, deviceSchema, parse } from "@tenfold/catalog";
import { askedTogether } from "../catalog/asked-together.ts";
import type { Database } from "../database/open-database.ts";

export interface DeviceList {
  readonly devices: readonly Device[];
  /** Changes with any of them: answers that were reckoned with these devices are kept by it. */
  readonly version: string;
}

const questions = new WeakMap<Database, () => Promise<DeviceList>>();

/** Every device that is published, phones first. */
export function listDevices(database: Database): Promise<DeviceList> {
  const ask = questions.get(database) ?? askedTogether(() => askDatabase(database));
  questions.set(database, ask);
  return ask();
}

const kinds = ["phone", "tablet", "computer", "browser"];
const parsed = new Map<string, Device>();

async function askDatabase(database: Database): Promise<DeviceList> {
  const rows = await database.device.findMany({
    orderBy: [{ position: "asc" }, { name: "asc" }],
    select: { id: true, kind: true, revision: true, content: true },
  });
  const shown = rows.filter(({ content }) => content !== null).sort((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind));
  return { devices: shown.map(deviceOf), version: shown.map(({ id, revision }) => `${id}@${revision}`).join() };
}

/** The same object for the same content, so that what was reckoned with it is found again. */
function deviceOf({ id, content }: { id: string; content: unknown }): Device {
  const text = JSON.stringify(content);
  const known = parsed.get(text);
  if (known) return known;
  if (parsed.size > 2000) parsed.clear();
  const device = parse(deviceSchema, content, `device ${id}`);
  parsed.set(text, device);
  return device;
}
