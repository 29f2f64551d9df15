import { describe, expect, it } from "vitest";
import { deviceSchema } from "../device.ts";
import { parse } from "../parse.ts";
import { devices, findDevice } from "./index.ts";

const phones = devices.filter(({ kind }) => kind === "phone");
const tablets = devices.filter(({ kind }) => kind === "tablet");

describe("the table of devices", () => {
  it("follows the schema, each id and each identifier once", () => {
    for (const device of devices) expect(parse(deviceSchema, device, device.id)).toEqual(device);
    const names = devices.flatMap(({ id, identifiers = [] }) => [id, ...identifiers]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("finds a device by what the system calls it, or by its id", () => {
    expect(findDevice("iPhone16,1")).toMatchObject({ id: "iphone-15-pro", chip: "A17 Pro", memoryBytes: { value: 8 * 1024 ** 3 } });
    expect(findDevice("iPad8,11")?.name).toBe("iPad Pro 12.9-inch (4th generation)");
    expect(findDevice("Mac14,2")?.chip).toBe("M2");
    expect(findDevice("computer-16gb")?.memoryBytes?.value).toBe(16 * 1024 ** 3);
    expect(findDevice("iPhone3,1")).toBeUndefined();
    expect(findDevice("")).toBeUndefined();
  });

  it.each([
    ["iPhone13,2", 2.0e9, 2.3e9],
    ["iPhone15,2", 3.0e9, 4.0e9],
    ["iPhone16,1", 3.0e9, 5.0e9],
    ["iPhone18,1", 3.2e9, 6.0e9],
  ])("plans what an application may use on %s, without and with the entitlement", (identifier, usual, increased) => {
    expect(findDevice(identifier)?.applicationMemoryBytes).toMatchObject({ usual: { value: usual }, increased: { value: increased } });
  });

  it("gives no figure that nobody knows: budgets of iPads and of iPhones with 3 GB, memory that depends on the storage", () => {
    expect(findDevice("iPhone11,8")).not.toHaveProperty("applicationMemoryBytes");
    for (const tablet of tablets) expect(tablet).not.toHaveProperty("applicationMemoryBytes");
    for (const identifier of ["iPad8,1", "iPad13,8", "iPad16,3"]) expect(findDevice(identifier)).not.toHaveProperty("memoryBytes");
    expect(findDevice("iPad16,3")).not.toHaveProperty("cores");
  });

  it("says how fast memory is where somebody does, and what its chip is good for", () => {
    expect(findDevice("iPhone16,1")).toMatchObject({ memoryBytesPerSecond: { value: 51.2e9 }, neuralEngineCores: { value: 16 } });
    expect(findDevice("mac-m4-16gb")).toMatchObject({ memoryBytesPerSecond: { value: 120e9 }, memoryBytes: { value: 16 * 1024 ** 3 } });
    expect(findDevice("mac-m1-8gb")).toMatchObject({ memoryBytesPerSecond: { value: 68.25e9 } });
    for (const identifier of ["iPhone12,1", "iPhone18,1", "iPad15,7"]) expect(findDevice(identifier)).not.toHaveProperty("memoryBytesPerSecond");
    for (const figure of ["cores", "neuralEngineCores"]) expect(findDevice("iPad15,7")).not.toHaveProperty(figure);
    expect(findDevice("iPad7,11")).not.toHaveProperty("neuralEngineCores");
    expect(findDevice("computer-16gb")).not.toHaveProperty("memoryBytesPerSecond");
  });

  it("holds Apple's phones and tablets since version 17, each with chip and versions", () => {
    expect([phones.length, tablets.length]).toEqual([33, 30]);
    for (const { os, chip, identifiers } of [...phones, ...tablets]) {
      expect(chip).toBeTruthy();
      expect(identifiers?.every((identifier) => /^(?:iPhone|iPad)\d+,\d+$/.test(identifier))).toBe(true);
      expect(Number(os?.minimumVersion)).toBeGreaterThanOrEqual(17);
      expect(Number(os?.maximumVersion ?? 99)).toBeGreaterThanOrEqual(Number(os?.minimumVersion));
    }
  });

  it("keeps an application's budget below the memory, and the entitlement's above the usual one", () => {
    for (const { memoryBytes, applicationMemoryBytes } of phones) {
      if (!applicationMemoryBytes) continue;
      expect(applicationMemoryBytes.increased?.value).toBeGreaterThan(applicationMemoryBytes.usual.value);
      expect(applicationMemoryBytes.increased?.value).toBeLessThan(memoryBytes?.value ?? 0);
    }
  });
});
