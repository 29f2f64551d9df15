import type { Device } from "../device.ts";
import { chips } from "./chips.ts";
import { coresOf, figuresOf, idOf } from "./device-row.ts";

const byDefinition = "by definition of this profile";

/**
 * Macs with Apple silicon by chip. Their memory is chosen when they are bought, and so are the cores of some. Identifiers are those of Apple's
 * pages for identifying a Mac, as kyle-seongwoo-jun/apple-device-identifiers lists them; chips up to M3 as in exelban/stats, newer ones as
 * public lists and reports of such Macs name them. Where lists differ about Pro and Max, one line has both.
 */
const macs: readonly { chip: string; identifiers: readonly string[]; performance?: number; efficiency?: number; coresSource?: string }[] = [
  { ...chips.m1, identifiers: ["MacBookAir10,1", "MacBookPro17,1", "Macmini9,1", "iMac21,1", "iMac21,2"] },
  { chip: "M1 Pro or Max", identifiers: ["MacBookPro18,1", "MacBookPro18,2", "MacBookPro18,3", "MacBookPro18,4"] },
  { chip: "M1 Max or Ultra", identifiers: ["Mac13,1", "Mac13,2"] },
  { ...chips.m2, identifiers: ["Mac14,2", "Mac14,3", "Mac14,7", "Mac14,15"] },
  { chip: "M2 Pro or Max", identifiers: ["Mac14,5", "Mac14,6", "Mac14,9", "Mac14,10", "Mac14,12"] },
  { chip: "M2 Max or Ultra", identifiers: ["Mac14,8", "Mac14,13", "Mac14,14"] },
  { ...chips.m3, identifiers: ["Mac15,3", "Mac15,4", "Mac15,5", "Mac15,12", "Mac15,13"] },
  { chip: "M3 Pro or Max", identifiers: ["Mac15,6", "Mac15,7", "Mac15,8", "Mac15,9", "Mac15,10", "Mac15,11"] },
  { chip: "M4", identifiers: ["Mac16,1", "Mac16,2", "Mac16,3", "Mac16,10", "Mac16,12", "Mac16,13"] },
  { chip: "M4 Pro or Max", identifiers: ["Mac16,5", "Mac16,6", "Mac16,7", "Mac16,8", "Mac16,9", "Mac16,11"] },
  { chip: "M3 Ultra", identifiers: ["Mac15,14"] },
  { chip: "M5", identifiers: ["Mac17,2", "Mac17,3", "Mac17,4"] },
];

const appleSilicon: readonly Device[] = macs.map(({ chip, identifiers, ...cores }) => ({
  id: `mac-${idOf(chip)}`,
  name: `Mac with ${chip}`,
  kind: "computer",
  identifiers: [...identifiers],
  chip,
  ...coresOf(cores),
  ...figuresOf(chip),
}));

/** Macs by chip and memory, as Apple sells them, for those who ask about a Mac that is not at hand. An identifier does not tell the memory. */
const configured: readonly { chip: string; gigabytes: readonly number[] }[] = [
  { chip: "M1", gigabytes: [8, 16] },
  { chip: "M2", gigabytes: [8, 16, 24] },
  { chip: "M3", gigabytes: [8, 16, 24] },
  { chip: "M4", gigabytes: [16, 24, 32] },
  { chip: "M5", gigabytes: [16, 24, 32] },
];

const configuredMacs: readonly Device[] = configured.flatMap(({ chip, gigabytes }) =>
  gigabytes.map((size) => ({
    id: `mac-${idOf(chip)}-${size}gb`,
    name: `Mac with ${chip} and ${size} GB`,
    kind: "computer" as const,
    chip,
    memoryBytes: { value: size * 1024 ** 3, source: byDefinition },
    ...figuresOf(chip),
  })),
);

const desktops: readonly Device[] = [8, 16, 32, 64].map((gigabytes) => ({
  id: `computer-${gigabytes}gb`,
  name: `Computer with ${gigabytes} GB`,
  kind: "computer",
  memoryBytes: { value: gigabytes * 1024 ** 3, source: byDefinition },
}));

const browsers: readonly Device[] = [4, 8].map((gigabytes) => ({
  id: `browser-${gigabytes}gb`,
  name: `Browser on a device with ${gigabytes} GB`,
  kind: "browser",
  memoryBytes: { value: gigabytes * 1024 ** 3, source: byDefinition },
  applicationMemoryBytes: { usual: { value: 4 * 1024 ** 3, source: "WebAssembly core specification: 65,536 pages of 64 KiB with 32-bit addresses" } },
}));

/** Computers and browsers: Apple's by chip, others by their memory alone. */
export const computersAndBrowsers: readonly Device[] = [...appleSilicon, ...configuredMacs, ...desktops, ...browsers];
