import type { Device } from "../device.ts";
import { applePhones } from "./apple-phones.ts";
import { appleTablets } from "./apple-tablets.ts";
import { computersAndBrowsers } from "./computers.ts";

/** The devices that Tenfold knows. A figure that is not certain is absent; a live figure of the device itself comes before any of these. */
export const devices: readonly Device[] = [...applePhones, ...appleTablets, ...computersAndBrowsers];

/** @param identifier as the system names the device, "iPhone16,1", or the id of a profile, "computer-16gb". */
export function findDevice(identifier: string): Device | undefined {
  return devices.find(({ id, identifiers = [] }) => id === identifier || identifiers.includes(identifier));
}
