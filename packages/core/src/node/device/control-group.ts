import { parseFields } from "./parse-linux.ts";
import type { SystemReader } from "./system-reader.ts";

export interface ControlGroupLimits {
  /** The least that any group above this process allows. */
  memoryLimitBytes?: number;
  /** What the group uses and could not give back at once. */
  memoryUsedBytes?: number;
  /** Cores' worth of time: 1.5 is one core and a half. */
  cores?: number;
  /** Where the group tells how long its tasks wait for memory. */
  pressurePath?: string;
}

type Found = Omit<ControlGroupLimits, "cores"> & { cores: number | undefined };

const root = "/sys/fs/cgroup";
/** What version 1 writes for "no limit", less a page or so. */
const unlimitedBytes = 2 ** 60;

/** What containers and services may use: control groups of version 2, else of version 1. */
export async function readControlGroup(reader: SystemReader): Promise<ControlGroupLimits> {
  const groups = parseControlGroups((await reader.readText("/proc/self/cgroup")) ?? "");
  const unified = groups.get("");
  if (unified !== undefined && (await reader.readText(`${root}/cgroup.controllers`)) !== undefined) return readVersion2(reader, unified);
  return readVersion1(reader, groups);
}

/** /proc/self/cgroup: the group's path for each controller; version 2 has one for all, under "". */
function parseControlGroups(text: string): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line.trim()) ?? [];
    if (path !== undefined) for (const controller of (controllers ?? "").split(",")) groups.set(controller, path);
  }
  return groups;
}

/** The group's folder and all above it. In a container the path may be that of the host, which is not there: then only the root is. */
function foldersUp(base: string, path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return parts.map((_, index) => `${base}/${parts.slice(0, parts.length - index).join("/")}`).concat(base);
}

async function readVersion2(reader: SystemReader, path: string): Promise<ControlGroupLimits> {
  const found: Found = { cores: undefined };
  for (const folder of foldersUp(root, path)) {
    const limitBytes = wholeNumber(await reader.readText(`${folder}/memory.max`));
    const current = wholeNumber(await reader.readText(`${folder}/memory.current`));
    if (limitBytes !== undefined && limitBytes < (found.memoryLimitBytes ?? Number.POSITIVE_INFINITY)) {
      found.memoryLimitBytes = limitBytes;
      const reclaimable = Number(parseFields((await reader.readText(`${folder}/memory.stat`)) ?? "").get("inactive_file") ?? 0);
      if (current !== undefined) found.memoryUsedBytes = Math.max(0, current - reclaimable);
    }
    const [, quota, period] = /^(\d+) (\d+)/.exec((await reader.readText(`${folder}/cpu.max`)) ?? "") ?? [];
    found.cores = least(found.cores, coresOf(quota, period));
    if (found.pressurePath === undefined && (await reader.readText(`${folder}/memory.pressure`)) !== undefined)
      found.pressurePath = `${folder}/memory.pressure`;
  }
  return withoutUndefined(found);
}

async function readVersion1(reader: SystemReader, groups: ReadonlyMap<string, string>): Promise<ControlGroupLimits> {
  const found: Found = { cores: undefined };
  for (const folder of foldersUp(`${root}/memory`, groups.get("memory") ?? "/")) {
    const limitBytes = wholeNumber(await reader.readText(`${folder}/memory.limit_in_bytes`));
    if (limitBytes === undefined || limitBytes >= Math.min(unlimitedBytes, found.memoryLimitBytes ?? unlimitedBytes)) continue;
    found.memoryLimitBytes = limitBytes;
    const used = wholeNumber(await reader.readText(`${folder}/memory.usage_in_bytes`));
    const reclaimable = Number(parseFields((await reader.readText(`${folder}/memory.stat`)) ?? "").get("total_inactive_file") ?? 0);
    if (used !== undefined) found.memoryUsedBytes = Math.max(0, used - reclaimable);
  }
  for (const folder of foldersUp(`${root}/cpu`, groups.get("cpu") ?? "/")) {
    const [quota, period] = await Promise.all(["cpu.cfs_quota_us", "cpu.cfs_period_us"].map((name) => reader.readText(`${folder}/${name}`)));
    found.cores = least(found.cores, coresOf(quota?.trim(), period?.trim()));
  }
  return withoutUndefined(found);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

function coresOf(quota: string | undefined, period: string | undefined): number | undefined {
  const share = Number(quota) / Number(period);
  return Number.isFinite(share) && share > 0 ? share : undefined;
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : other === undefined ? one : Math.min(one, other);
}

function withoutUndefined({ cores, ...rest }: Found): ControlGroupLimits {
  return { ...rest, ...(cores === undefined ? {} : { cores }) };
}
