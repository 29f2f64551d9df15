import { homedir } from "node:os";
import { join } from "node:path";

/** Where the store lies unless the user says otherwise: TENFOLD_HOME, else the platform's folder for application data. */
export function defaultHome(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment.TENFOLD_HOME) return environment.TENFOLD_HOME;
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "Tenfold");
  if (process.platform === "win32") return join(environment.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "Tenfold");
  return join(environment.XDG_DATA_HOME || join(homedir(), ".local", "share"), "tenfold");
}
