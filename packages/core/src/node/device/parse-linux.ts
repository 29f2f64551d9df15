import { featuresOfLinux } from "./processor-features.ts";

/** "0-3,8" as numbers. Nothing that is no list of cores counts. */
export function parseCoreList(text: string): number[] {
  const cores: number[] = [];
  for (const part of text.trim().split(",")) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    if (first === undefined) continue;
    for (let core = Number(first); core <= Number(last); core += 1) cores.push(core);
  }
  return cores;
}

/** Lines of `name: value` or `name value`, the first of each name. */
export function parseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s*([^:\s][^:]*?)\s*:\s*(.*?)\s*$/.exec(line) ?? /^(\S+)\s+(\S+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && !fields.has(name)) fields.set(name, value);
  }
  return fields;
}

/** /proc/cpuinfo: the processor's name where the kernel knows it, and what it can do. Arm's kernel names parts by number only. */
export function parseCpuinfo(text: string): { model?: string; features: string[] } {
  const fields = parseFields(text);
  const model = fields.get("model name") ?? fields.get("Model") ?? fields.get("Hardware");
  const flags = new Set((fields.get("flags") ?? fields.get("Features") ?? "").split(/\s+/));
  return { ...(model ? { model } : {}), features: featuresOfLinux(flags) };
}

/** A size of /proc/meminfo in bytes; the file counts in KiB. */
export function parseMeminfo(text: string): { totalBytes?: number; availableBytes?: number } {
  const fields = parseFields(text);
  const bytes = (name: string) => {
    const kibibytes = /^(\d+) kB$/.exec(fields.get(name) ?? "")?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  };
  const [totalBytes, availableBytes] = [bytes("MemTotal"), bytes("MemAvailable")];
  return { ...(totalBytes === undefined ? {} : { totalBytes }), ...(availableBytes === undefined ? {} : { availableBytes }) };
}

/** Pressure stall information: the share of the last ten seconds in which some or all tasks waited for memory, 0 to 1. */
export function parsePressure(text: string): { some: number; full: number } | undefined {
  const share = (kind: string) => new RegExp(`^${kind} avg10=(\\d+(?:\\.\\d+)?) `, "m").exec(text)?.[1];
  const [some, full] = [share("some"), share("full")];
  return some === undefined ? undefined : { some: Number(some) / 100, full: Number(full ?? 0) / 100 };
}

/** Clock ticks that all cores have spent working since the start, from /proc/stat; waiting for a disk is no work. */
export function parseBusyTicks(text: string): number | undefined {
  const [, numbers] = /^cpu\s+([\d ]+)$/m.exec(text) ?? [];
  if (numbers === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = numbers.trim().split(/\s+/).map(Number);
  return user + nice + system + irq + softirq + steal;
}

export interface CoreDescription {
  core: number;
  /** Threads that share this core, as the kernel lists them. */
  siblings: string;
  /** Relative, 1024 for the strongest, where the kernel knows; else its highest frequency in kHz. */
  strength?: number;
}

/** Weaker than this share of the strongest is an efficiency core: middle cores of phones' chips count as strong. */
const strongShare = { capacity: 0.5, frequency: 0.8 };

/**
 * Physical cores by kind. Threads of one core count once.
 * @param efficient cores that the kernel itself calls efficient (Intel's hybrid chips).
 */
export function coresByKind(cores: readonly CoreDescription[], by: "capacity" | "frequency", efficient: ReadonlySet<number> = new Set()) {
  const physical = [...new Map(cores.map((core) => [core.siblings, core])).values()];
  const strongest = Math.max(0, ...physical.map(({ strength = 0 }) => strength));
  const weak = ({ core, strength }: CoreDescription) =>
    efficient.has(core) || (efficient.size === 0 && strength !== undefined && strength < strongest * strongShare[by]);
  const efficiencyCores = physical.filter(weak).length;
  return { performanceCores: physical.length - efficiencyCores, ...(efficiencyCores > 0 ? { efficiencyCores } : {}) };
}
