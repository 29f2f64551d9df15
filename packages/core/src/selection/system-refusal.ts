import type { Device, Variant } from "@tenfold/catalog";

const names: Readonly<Record<string, string>> = { ios: "iOS", ipados: "iPadOS", macos: "macOS", android: "Android", linux: "Linux", windows: "Windows" };
const nameOf = (os: string) => names[os] ?? os;

/** What runs on iOS runs on iPadOS. */
const familyOf = (os: string) => (os === "ipados" ? "ios" : os);

/** Why a variant that is made for a system does not run on a device; undefined when it does, or when it is made for any. */
export function systemRefusal({ target }: Variant, os: Device["os"]): string | undefined {
  if (target?.os === undefined) return undefined;
  const wanted = `It is made for ${nameOf(target.os)}${target.minimumOsVersion === undefined ? "" : ` ${target.minimumOsVersion} or newer`}`;
  if (os === undefined) return `${wanted}, and which system this device has is not said.`;
  if (familyOf(os.name) !== familyOf(target.os)) return `${wanted}; this device has ${nameOf(os.name)}.`;
  if (target.minimumOsVersion !== undefined && os.maximumVersion !== undefined && compareVersions(os.maximumVersion, target.minimumOsVersion) < 0)
    return `${wanted}; ${nameOf(os.name)} ${os.maximumVersion} is the last that this device runs.`;
  return undefined;
}

/** Number by number: "9.2" comes before "10". */
function compareVersions(left: string, right: string): number {
  const [ours, theirs] = [left, right].map((version) => version.split(".").map((part) => Number.parseInt(part, 10) || 0)) as [number[], number[]];
  // "18" is every 18.x: what is not said is not compared.
  for (let index = 0; index < Math.min(ours.length, theirs.length); index += 1) {
    const difference = (ours[index] ?? 0) - (theirs[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
