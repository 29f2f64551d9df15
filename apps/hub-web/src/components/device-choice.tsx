import type { Device } from "@tenfold/catalog";
import styles from "./device-choice.module.css";

const kinds: readonly { kind: Device["kind"]; name: string }[] = [
  { kind: "phone", name: "iPhones" },
  { kind: "tablet", name: "iPads" },
  { kind: "computer", name: "Computers" },
  { kind: "browser", name: "Browsers" },
];

/** Which devices stand in the columns. */
export function DeviceChoice({ devices, chosen }: { devices: readonly Device[]; chosen: readonly Device[] }) {
  return (
    <details className={styles.choice}>
      <summary>
        Devices{" "}
        <span>
          {chosen.length} of {devices.length}, at most 12
        </span>
      </summary>
      {kinds.map(({ kind, name }) => (
        <fieldset key={kind}>
          <legend>{name}</legend>
          <div>
            {devices
              .filter((device) => device.kind === kind)
              .map((device) => (
                <label key={device.id}>
                  <input type="checkbox" name="device" value={device.id} defaultChecked={chosen.includes(device)} /> {device.name}
                </label>
              ))}
          </div>
        </fieldset>
      ))}
    </details>
  );
}
