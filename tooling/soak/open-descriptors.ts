import { readdirSync, readlinkSync } from "node:fs";

/** What a process holds open, this one without its number, "/path/of/a/file" or "socket:[1234]", sorted; undefined where the system does not tell (it does on Linux). */
export function openDescriptors(processId: number = process.pid): string[] | undefined {
  if (process.platform !== "linux") return undefined;
  const folder = `/proc/${processId}/fd`;
  return readdirSync(folder).flatMap(target).sort();

  function target(descriptor: string): string[] {
    try {
      return [readlinkSync(`${folder}/${descriptor}`)];
    } catch {
      // The descriptor that the listing itself was read through is closed by now.
      return [];
    }
  }
}
