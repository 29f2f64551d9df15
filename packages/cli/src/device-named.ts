import { type Device, TenfoldError } from "@tenfold/catalog";
import { findDevice } from "@tenfold/catalog/devices";

/** A device of the table, by its id or by what the system calls it. @throws TenfoldError `invalid-input` */
export function deviceNamed(name: string): Device {
  const device = findDevice(name);
  if (device) return device;
  throw new TenfoldError("invalid-input", `No device is known as ${name}.`, {
    remedy: "Say `this`, an id like iphone-15-pro, or the identifier that the device itself gives, like iPhone16,1.",
  });
}
