import type { Device } from "@tenfold/catalog";
import { formatBytes } from "../format/format-bytes.ts";
import { DataTable } from "./data-table.tsx";

const systems: Readonly<Record<string, string>> = { ios: "iOS", ipados: "iPadOS", macos: "macOS" };

/** "iOS 17 to 18", "iOS 26 and newer". */
export function systemText({ os }: Device): string | undefined {
  if (!os) return undefined;
  const name = systems[os.name] ?? os.name;
  if (os.maximumVersion === undefined) return `${name} ${os.minimumVersion} and newer`;
  return os.minimumVersion === os.maximumVersion ? `${name} ${os.minimumVersion}` : `${name} ${os.minimumVersion} to ${os.maximumVersion}`;
}

/** Memory counted as makers count it. */
export const memoryText = (bytes: number) => `${Number((bytes / 1024 ** 3).toFixed(1))} GB`;

/** Every figure of a device with its source; what nobody knows says so. */
export function DeviceFigures({ device }: { device: Device }) {
  const { cores, memoryBytes, applicationMemoryBytes, memoryBytesPerSecond, neuralEngineCores } = device;
  const figure = <Value,>(name: string, known: { value: Value; source: string } | undefined, text: (value: Value) => string) => ({
    key: name,
    cells: [name, known ? text(known.value) : "not known", known?.source ?? "nobody has said so"],
  });
  return (
    <DataTable
      caption={`Figures of ${device.name}`}
      columns={["Figure", "Value", "Source"]}
      rows={[
        figure("Memory", memoryBytes, memoryText),
        figure("One application may use", applicationMemoryBytes?.usual, formatBytes),
        figure("With the increased-memory entitlement", applicationMemoryBytes?.increased, formatBytes),
        figure("Memory bandwidth", memoryBytesPerSecond, (value) => `${value / 1e9} GB/s`),
        figure("Cores", cores, ({ performance, efficiency }) => `${performance} fast, ${efficiency} efficient`),
        figure("Cores of the neural engine", neuralEngineCores, String),
      ]}
    />
  );
}
