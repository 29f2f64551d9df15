/** Where files from outside lie until their digest is known; a folder for each import, locked while it goes on. */
export const incomingFolder = "incoming";

export function incomingLock(name: string): string {
  return `incoming-${name}`;
}
