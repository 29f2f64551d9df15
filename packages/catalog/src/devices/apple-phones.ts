import { applicationMemory, type DeviceRow, deviceOf } from "./device-row.ts";

/** Version that first dropped a device is not named: the last that runs is. Absent: current versions run. */
const upToIos18 = { maximumVersion: "18" };

const aTwelve = { chip: "A12 Bionic", performance: 2, efficiency: 4 };
const aThirteen = { chip: "A13 Bionic", performance: 2, efficiency: 4 };
const aFourteen = { chip: "A14 Bionic", performance: 2, efficiency: 4 };
const aFifteen = { chip: "A15 Bionic", performance: 2, efficiency: 4 };
const aSixteen = { chip: "A16 Bionic", performance: 2, efficiency: 4 };
const aSeventeenPro = { chip: "A17 Pro", performance: 2, efficiency: 4 };
const aEighteen = { chip: "A18", performance: 2, efficiency: 4 };
const aEighteenPro = { chip: "A18 Pro", performance: 2, efficiency: 4 };
const aNineteen = { chip: "A19", performance: 2, efficiency: 4 };
const aNineteenPro = { chip: "A19 Pro", performance: 2, efficiency: 4 };

/** Every iPhone that runs iOS 17 or newer. `minimumVersion` is what it came with, or 17. */
const rows: readonly DeviceRow[] = [
  { name: "iPhone XS", identifiers: ["iPhone11,2"], ...aTwelve, gigabytes: 4, ...upToIos18 },
  { name: "iPhone XS Max", identifiers: ["iPhone11,4", "iPhone11,6"], ...aTwelve, gigabytes: 4, ...upToIos18 },
  { name: "iPhone XR", identifiers: ["iPhone11,8"], ...aTwelve, gigabytes: 3, ...upToIos18 },
  { name: "iPhone 11", identifiers: ["iPhone12,1"], ...aThirteen, gigabytes: 4 },
  { name: "iPhone 11 Pro", identifiers: ["iPhone12,3"], ...aThirteen, gigabytes: 4 },
  { name: "iPhone 11 Pro Max", identifiers: ["iPhone12,5"], ...aThirteen, gigabytes: 4 },
  { name: "iPhone SE (2nd generation)", identifiers: ["iPhone12,8"], ...aThirteen, gigabytes: 3 },
  { name: "iPhone 12 mini", identifiers: ["iPhone13,1"], ...aFourteen, gigabytes: 4 },
  { name: "iPhone 12", identifiers: ["iPhone13,2"], ...aFourteen, gigabytes: 4 },
  { name: "iPhone 12 Pro", identifiers: ["iPhone13,3"], ...aFourteen, gigabytes: 6 },
  { name: "iPhone 12 Pro Max", identifiers: ["iPhone13,4"], ...aFourteen, gigabytes: 6 },
  { name: "iPhone 13 mini", identifiers: ["iPhone14,4"], ...aFifteen, gigabytes: 4 },
  { name: "iPhone 13", identifiers: ["iPhone14,5"], ...aFifteen, gigabytes: 4 },
  { name: "iPhone 13 Pro", identifiers: ["iPhone14,2"], ...aFifteen, gigabytes: 6 },
  { name: "iPhone 13 Pro Max", identifiers: ["iPhone14,3"], ...aFifteen, gigabytes: 6 },
  { name: "iPhone SE (3rd generation)", identifiers: ["iPhone14,6"], ...aFifteen, gigabytes: 4 },
  { name: "iPhone 14", identifiers: ["iPhone14,7"], ...aFifteen, gigabytes: 6 },
  { name: "iPhone 14 Plus", identifiers: ["iPhone14,8"], ...aFifteen, gigabytes: 6 },
  { name: "iPhone 14 Pro", identifiers: ["iPhone15,2"], ...aSixteen, gigabytes: 6 },
  { name: "iPhone 14 Pro Max", identifiers: ["iPhone15,3"], ...aSixteen, gigabytes: 6 },
  { name: "iPhone 15", identifiers: ["iPhone15,4"], ...aSixteen, gigabytes: 6 },
  { name: "iPhone 15 Plus", identifiers: ["iPhone15,5"], ...aSixteen, gigabytes: 6 },
  { name: "iPhone 15 Pro", identifiers: ["iPhone16,1"], ...aSeventeenPro, gigabytes: 8 },
  { name: "iPhone 15 Pro Max", identifiers: ["iPhone16,2"], ...aSeventeenPro, gigabytes: 8 },
  { name: "iPhone 16", identifiers: ["iPhone17,3"], ...aEighteen, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 16 Plus", identifiers: ["iPhone17,4"], ...aEighteen, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 16 Pro", identifiers: ["iPhone17,1"], ...aEighteenPro, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 16 Pro Max", identifiers: ["iPhone17,2"], ...aEighteenPro, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 16e", identifiers: ["iPhone17,5"], ...aEighteen, gigabytes: 8, minimumVersion: "18" },
  { name: "iPhone 17", identifiers: ["iPhone18,3"], ...aNineteen, gigabytes: 8, minimumVersion: "26" },
  { name: "iPhone 17 Pro", identifiers: ["iPhone18,1"], ...aNineteenPro, gigabytes: 12, minimumVersion: "26" },
  { name: "iPhone 17 Pro Max", identifiers: ["iPhone18,2"], ...aNineteenPro, gigabytes: 12, minimumVersion: "26" },
  { name: "iPhone Air", identifiers: ["iPhone18,4"], ...aNineteenPro, gigabytes: 12, minimumVersion: "26" },
];

export const applePhones = rows.map((row) => deviceOf(row, { kind: "phone", os: "ios", applicationMemoryBytes: applicationMemory(row.gigabytes) }));
