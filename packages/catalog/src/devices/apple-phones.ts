import { chips } from "./chips.ts";
import { applicationMemory, type DeviceRow, deviceOf } from "./device-row.ts";

/** Version that first dropped a device is not named: the last that runs is. Absent: current versions run. */
const upToIos18 = { maximumVersion: "18" };

/** Every iPhone that runs iOS 17 or newer. `minimumVersion` is what it came with, or 17. */
const rows: readonly DeviceRow[] = [
  { name: "iPhone XS", identifiers: ["iPhone11,2"], ...chips.a12, gigabytes: 4, ...upToIos18 },
  { name: "iPhone XS Max", identifiers: ["iPhone11,4", "iPhone11,6"], ...chips.a12, gigabytes: 4, ...upToIos18 },
  { name: "iPhone XR", identifiers: ["iPhone11,8"], ...chips.a12, gigabytes: 3, ...upToIos18 },
  { name: "iPhone 11", identifiers: ["iPhone12,1"], ...chips.a13, gigabytes: 4 },
  { name: "iPhone 11 Pro", identifiers: ["iPhone12,3"], ...chips.a13, gigabytes: 4 },
  { name: "iPhone 11 Pro Max", identifiers: ["iPhone12,5"], ...chips.a13, gigabytes: 4 },
  { name: "iPhone SE (2nd generation)", identifiers: ["iPhone12,8"], ...chips.a13, gigabytes: 3 },
  { name: "iPhone 12 mini", identifiers: ["iPhone13,1"], ...chips.a14, gigabytes: 4 },
  { name: "iPhone 12", identifiers: ["iPhone13,2"], ...chips.a14, gigabytes: 4 },
  { name: "iPhone 12 Pro", identifiers: ["iPhone13,3"], ...chips.a14, gigabytes: 6 },
  { name: "iPhone 12 Pro Max", identifiers: ["iPhone13,4"], ...chips.a14, gigabytes: 6 },
  { name: "iPhone 13 mini", identifiers: ["iPhone14,4"], ...chips.a15, gigabytes: 4 },
  { name: "iPhone 13", identifiers: ["iPhone14,5"], ...chips.a15, gigabytes: 4 },
  { name: "iPhone 13 Pro", identifiers: ["iPhone14,2"], ...chips.a15, gigabytes: 6 },
  { name: "iPhone 13 Pro Max", identifiers: ["iPhone14,3"], ...chips.a15, gigabytes: 6 },
  { name: "iPhone SE (3rd generation)", identifiers: ["iPhone14,6"], ...chips.a15, gigabytes: 4 },
  { name: "iPhone 14", identifiers: ["iPhone14,7"], ...chips.a15, gigabytes: 6 },
  { name: "iPhone 14 Plus", identifiers: ["iPhone14,8"], ...chips.a15, gigabytes: 6 },
  { name: "iPhone 14 Pro", identifiers: ["iPhone15,2"], ...chips.a16, gigabytes: 6 },
  { name: "iPhone 14 Pro Max", identifiers: ["iPhone15,3"], ...chips.a16, gigabytes: 6 },
  { name: "iPhone 15", identifiers: ["iPhone15,4"], ...chips.a16, gigabytes: 6 },
  { name: "iPhone 15 Plus", identifiers: ["iPhone15,5"], ...chips.a16, gigabytes: 6 },
  { name: "iPhone 15 Pro", identifiers: ["iPhone16,1"], ...chips.a17Pro, gigabytes: 8 },
  { name: "iPhone 15 Pro Max", identifiers: ["iPhone16,2"], ...chips.a17Pro, gigabytes: 8 },
  { name: "iPhone 16", identifiers: ["iPhone17,3"], ...chips.a18, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 16 Plus", identifiers: ["iPhone17,4"], ...chips.a18, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 16 Pro", identifiers: ["iPhone17,1"], ...chips.a18Pro, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 16 Pro Max", identifiers: ["iPhone17,2"], ...chips.a18Pro, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 16e", identifiers: ["iPhone17,5"], ...chips.a18, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 17", identifiers: ["iPhone18,3"], ...chips.a19, gigabytes: 8, minimumVersion: "26" },
  { name: "iPhone 17 Pro", identifiers: ["iPhone18,1"], ...chips.a19Pro, gigabytes: 12, minimumVersion: "26" },
  { name: "iPhone 17 Pro Max", identifiers: ["iPhone18,2"], ...chips.a19Pro, gigabytes: 12, minimumVersion: "26" },
  { name: "iPhone Air", identifiers: ["iPhone18,4"], ...chips.a19Pro, gigabytes: 12, minimumVersion: "26" },
];

export const applePhones = rows.map((row) => deviceOf(row, { kind: "phone", os: "ios", applicationMemoryBytes: applicationMemory(row.gigabytes) }));
