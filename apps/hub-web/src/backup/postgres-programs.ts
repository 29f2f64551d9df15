import { execFile } from "node:child_process";
import { access, readdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { TenfoldError } from "@tenfold/catalog";

const run = promisify(execFile);

/** Writes a database's rows into a file: of one moment, while hubs go on working. */
export async function dumpDatabase(url: string, file: string): Promise<void> {
  // A file that pg_dump makes is for everybody on the machine to read; one that is there keeps its mode.
  await rm(file, { force: true });
  await writeFile(file, "", { mode: 0o600, flag: "wx" });
  await runProgram("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", `--file=${file}`], url);
}

/** Brings rows back into an empty database: all of them or none. */
export async function restoreDatabase(url: string, file: string): Promise<void> {
  await runProgram("pg_restore", ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", file], url);
}

/** The password goes by the environment: arguments are for everybody on the machine to read. */
async function runProgram(name: string, words: readonly string[], url: string): Promise<void> {
  const program = await findProgram(name);
  const address = new URL(url);
  const { password } = address;
  address.password = "";
  try {
    await run(program, ["--dbname", address.href, ...words], {
      env: { ...process.env, ...(password !== "" && { PGPASSWORD: decodeURIComponent(password) }) },
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || (error instanceof Error ? error.message : String(error));
    throw new TenfoldError("storage-failed", `${name} failed: ${said}`, {
      cause: error,
      remedy: "Read what it says; its version must not be older than the server's.",
    });
  }
}

/** In PATH, or where Debian keeps the newest. */
async function findProgram(name: string): Promise<string> {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  const debian = versions.sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`);
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), ...debian]) {
    const path = join(folder, name);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new TenfoldError("storage-failed", `The program ${name} is not on this machine.`, {
    remedy: "Install PostgreSQL's client programs: apt-get install -y postgresql-client",
  });
}
