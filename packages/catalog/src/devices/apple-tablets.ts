import { chips } from "./chips.ts";
import { type DeviceRow, deviceOf } from "./device-row.ts";

/**
 * Every iPad that runs iPadOS 17 or newer. Where models with more storage have more memory or more cores under the same name, neither is
 * given. Nobody has reported what one application may use on an iPad: those budgets are absent. The A16 of the iPad is not the iPhone's: it has
 * five cores (PhoneArena), and nobody was found to say which, nor how fast its memory is.
 */
const rows: readonly DeviceRow[] = [
  { name: "iPad (6th generation)", identifiers: ["iPad7,5", "iPad7,6"], chip: "A10 Fusion", gigabytes: 2, maximumVersion: "17" },
  { name: "iPad (7th generation)", identifiers: ["iPad7,11", "iPad7,12"], chip: "A10 Fusion", gigabytes: 3, maximumVersion: "18" },
  { name: "iPad (8th generation)", identifiers: ["iPad11,6", "iPad11,7"], ...chips.a12, gigabytes: 3 },
  { name: "iPad (9th generation)", identifiers: ["iPad12,1", "iPad12,2"], ...chips.a13, gigabytes: 3 },
  { name: "iPad (10th generation)", identifiers: ["iPad13,18", "iPad13,19"], ...chips.a14, gigabytes: 4 },
  { name: "iPad (A16)", identifiers: ["iPad15,7", "iPad15,8"], chip: "A16", gigabytes: 6, minimumVersion: "18" },
  { name: "iPad mini (5th generation)", identifiers: ["iPad11,1", "iPad11,2"], ...chips.a12, gigabytes: 3 },
  { name: "iPad mini (6th generation)", identifiers: ["iPad14,1", "iPad14,2"], ...chips.a15, gigabytes: 4 },
  { name: "iPad mini (A17 Pro)", identifiers: ["iPad16,1", "iPad16,2"], ...chips.a17Pro, gigabytes: 8, minimumVersion: "18" },
  { name: "iPad Air (3rd generation)", identifiers: ["iPad11,3", "iPad11,4"], ...chips.a12, gigabytes: 3 },
  { name: "iPad Air (4th generation)", identifiers: ["iPad13,1", "iPad13,2"], ...chips.a14, gigabytes: 4 },
  { name: "iPad Air (5th generation)", identifiers: ["iPad13,16", "iPad13,17"], ...chips.m1, gigabytes: 8 },
  { name: "iPad Air 11-inch (M2)", identifiers: ["iPad14,8", "iPad14,9"], ...chips.m2, gigabytes: 8 },
  { name: "iPad Air 13-inch (M2)", identifiers: ["iPad14,10", "iPad14,11"], ...chips.m2, gigabytes: 8 },
  { name: "iPad Air 11-inch (M3)", identifiers: ["iPad15,3", "iPad15,4"], ...chips.m3, gigabytes: 8, minimumVersion: "18" },
  { name: "iPad Air 13-inch (M3)", identifiers: ["iPad15,5", "iPad15,6"], ...chips.m3, gigabytes: 8, minimumVersion: "18" },
  { name: "iPad Pro 10.5-inch", identifiers: ["iPad7,3", "iPad7,4"], ...chips.a10X, gigabytes: 4, maximumVersion: "17" },
  {
    name: "iPad Pro 12.9-inch (2nd generation)",
    identifiers: ["iPad7,1", "iPad7,2"],
    ...chips.a10X,
    gigabytes: 4,
    maximumVersion: "17",
  },
  { name: "iPad Pro 11-inch (1st generation)", identifiers: ["iPad8,1", "iPad8,2", "iPad8,3", "iPad8,4"], ...chips.a12X },
  { name: "iPad Pro 12.9-inch (3rd generation)", identifiers: ["iPad8,5", "iPad8,6", "iPad8,7", "iPad8,8"], ...chips.a12X },
  { name: "iPad Pro 11-inch (2nd generation)", identifiers: ["iPad8,9", "iPad8,10"], ...chips.a12Z, gigabytes: 6 },
  { name: "iPad Pro 12.9-inch (4th generation)", identifiers: ["iPad8,11", "iPad8,12"], ...chips.a12Z, gigabytes: 6 },
  { name: "iPad Pro 11-inch (3rd generation)", identifiers: ["iPad13,4", "iPad13,5", "iPad13,6", "iPad13,7"], ...chips.m1 },
  { name: "iPad Pro 12.9-inch (5th generation)", identifiers: ["iPad13,8", "iPad13,9", "iPad13,10", "iPad13,11"], ...chips.m1 },
  { name: "iPad Pro 11-inch (4th generation)", identifiers: ["iPad14,3", "iPad14,4"], ...chips.m2 },
  { name: "iPad Pro 12.9-inch (6th generation)", identifiers: ["iPad14,5", "iPad14,6"], ...chips.m2 },
  { name: "iPad Pro 11-inch (M4)", identifiers: ["iPad16,3", "iPad16,4"], chip: "M4" },
  { name: "iPad Pro 13-inch (M4)", identifiers: ["iPad16,5", "iPad16,6"], chip: "M4" },
  { name: "iPad Pro 11-inch (M5)", identifiers: ["iPad17,1", "iPad17,2"], chip: "M5", minimumVersion: "26" },
  { name: "iPad Pro 13-inch (M5)", identifiers: ["iPad17,3", "iPad17,4"], chip: "M5", minimumVersion: "26" },
];

export const appleTablets = rows.map((row) => deviceOf(row, { kind: "tablet", os: "ipados" }));
