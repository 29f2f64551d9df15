import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A PostgreSQL server of the tests' own. Plain data, so that it can be told to other processes. */
export interface PostgresServer {
  /** The folder with the server's programs. */
  readonly programs: string;
  /** The folder with its socket, the only way in. */
  readonly socketFolder: string;
}

/** A server that this process has started. */
export interface RunningPostgres {
  readonly server: PostgresServer;
  /** Ends it and starts it again over the same data. */
  restart(): Promise<void>;
  /** Removes everything. */
  stop(): Promise<void>;
}

/** Starts a server over an empty cluster in a temporary folder. As root it runs as the user `postgres`, for it refuses root. */
export async function startPostgres(programs: string): Promise<RunningPostgres> {
  // A short path: that of a socket may have 107 bytes.
  const folder = await mkdtemp(join(tmpdir(), "pg-"));
  const user = process.getuid?.() === 0 ? await userNamed("postgres") : undefined;
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } };
  const data = join(folder, "data");
  await execute(join(programs, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], options);

  // What it holds ends with the tests, so it need not survive a loss of power.
  const settings = ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB"];
  const words = ["-D", data, "-k", folder, ...settings.flatMap((setting) => ["-c", setting])];

  async function run(): Promise<(signal: NodeJS.Signals) => Promise<void>> {
    const child = spawn(join(programs, "postgres"), words, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    const ended = once(child, "exit");
    const kill = () => void child.kill("SIGQUIT");
    process.once("exit", kill);
    await new Promise<void>((resolve, reject) => {
      let said = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-10_000);
        if (said.includes("ready to accept connections")) resolve();
      });
      child.once("error", reject);
      ended.then(() => reject(new Error(`postgres ended before it was ready:\n${said}`)), reject);
    });
    return async (signal) => {
      process.off("exit", kill);
      child.kill(signal);
      await ended;
    };
  }

  let end = await run();
  return {
    server: { programs, socketFolder: folder },
    async restart() {
      // Every connection is cut, as when the machine is serviced.
      await end("SIGINT");
      end = await run();
    },
    async stop() {
      await end("SIGINT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Makes an empty database and answers its URL. */
export async function createDatabase({ programs, socketFolder }: PostgresServer): Promise<string> {
  const name = `tenfold_${randomUUID().replaceAll("-", "")}`;
  await execute(join(programs, "createdb"), ["-h", socketFolder, "-U", "postgres", name]);
  return `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(socketFolder)}`;
}

async function userNamed(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (which) => Number((await execute("id", [which, name])).stdout)));
  return { uid: uid ?? Number.NaN, gid: gid ?? Number.NaN };
}
