import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeProblem } from "./check-node.mjs";
import { installFailure } from "./failure.mjs";

const tooling = fileURLToPath(new URL("..", import.meta.url));
const root = dirname(tooling.replace(/\/$/, ""));
let folder: string;

/** A workspace of two packages with no dependencies, and our own scripts in it. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "workspace-"));
  for (const name of ["bootstrap", "bootstrap.mjs", "tenfold.mjs", "package.json", "tsconfig"])
    cpSync(join(tooling, name), join(folder, "tooling", name), { recursive: true });
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  write("package.json", JSON.stringify({ name: "tenfold", private: true, packageManager }));
  write("tooling/package.json", JSON.stringify({ name: "@tenfold/tooling", private: true }));
  write("packages/cli/package.json", JSON.stringify({ name: "@tenfold/cli", version: "0.1.0", type: "module" }));
  write("packages/cli/bin/tenfold.mjs", "process.stdin.pipe(process.stdout); console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;\n");
  write("apps/hub-web/package.json", JSON.stringify({ name: "hub-web", private: true }));
  write("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - packages/*\n  - tooling\n");
  write("pnpm-lock.yaml", "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\n  apps/hub-web: {}\n\n  packages/cli: {}\n\n  tooling: {}\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
}

/** The environment of someone with Node and npm and no way to a registry. */
function environment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_|NODE_|VITEST|CI$|PORT$|HOST$)/i.test(name)));
  return { ...kept, PATH: path, npm_config_registry: "http://127.0.0.1:1/", npm_config_fetch_retries: "0", ...extra };
}

function run(words: string[], { env = environment(), input = "" } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, env, input, encoding: "utf8" });
  return { status, stdout, stderr };
}

function usePnpmOfTheWorkspace(): void {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const version = packageManager.slice("pnpm@".length);
  // A stand-in for the download only: it answers its version and makes node_modules, which is all that an install without dependencies does.
  const program = `import { mkdirSync, appendFileSync } from "node:fs"; mkdirSync("node_modules", { recursive: true }); appendFileSync("installs", process.argv.slice(2).join(" ") + "\\n");`;
  write(`.tools/pnpm-${version}/node_modules/pnpm/bin/package.json`, JSON.stringify({ type: "module" }));
  write(`.tools/pnpm-${version}/node_modules/pnpm/bin/pnpm.cjs`, `import(${JSON.stringify(`data:text/javascript,${encodeURIComponent(program)}`)});`);
}

describe("npm run bench", () => {
  test("runs the benches that are named, wherever they lie, and ends with the code of one that fails", () => {
    usePnpmOfTheWorkspace();
    mkdirSync(join(folder, "packages/cli/node_modules"));
    symlinkSync(realpathSync(join(root, "packages/core/node_modules/tsx")), join(folder, "packages/cli/node_modules/tsx"));
    write("packages/cli/bench/one.bench.ts", "console.log('one ran');\n");
    write("packages/cli/bench/two.bench.ts", "console.log('two ran'); process.exitCode = 3;\n");
    const one = run(["tooling/bootstrap.mjs", "bench", "one"]);
    expect([one.status, one.stdout]).toEqual([0, expect.stringContaining("one ran")]);
    expect(one.stdout).not.toContain("two ran");
    const all = run(["tooling/bootstrap.mjs", "bench"]);
    expect([all.status, all.stdout]).toEqual([3, expect.stringMatching(/one ran[\s\S]*two ran/)]);
    const none = run(["tooling/bootstrap.mjs", "bench", "three"]);
    expect([none.status, none.stderr]).toEqual([1, expect.stringMatching(/no bench called three[\s\S]*Benches: one, two/)]);
  });
});

describe("the versions of Node", () => {
  test.each(["20.19.0", "20.20.2", "22.12.0", "22.30.1", "24.0.0", "26.1.0"])("%s is taken", (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });
  test.each(["12.22.0", "18.20.0", "20.18.3", "21.7.0", "22.11.0", "23.5.0"])("%s is refused in a sentence", (version) => {
    expect(nodeProblem(version)).toMatch(new RegExp(`^Node ${version} is too old.*Install Node 20\\.19\\+`));
  });
});

describe("a failed install says what to do", () => {
  test.each([
    ["ERR_PNPM_OUTDATED_LOCKFILE  Cannot install", "npm run setup"],
    ["npm error code ENOTFOUND", "Check the network"],
    ["ERR_PNPM_META_FETCH_FAIL  GET http://127.0.0.1:1/zod", "Check the network"],
    ["Error: ENOSPC: no space left on device", "Free some space"],
    ["EROFS: read-only file system", "a folder of your own"],
    ["something else", "the-log"],
  ])("%s", (log, remedy) => {
    expect(installFailure("No", log, "the-log").remedy).toContain(remedy);
  });
});

describe("a root script", () => {
  test("names the tasks when there is no such task", () => {
    const { status, stderr } = run(["tooling/bootstrap.mjs", "dance"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/There is no task dance\.\n +Tasks: start, test, /);
  });

  test("names the packages when there is no such package", () => {
    const { status, stderr } = run(["tooling/bootstrap.mjs", "test", "nothing"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/There is no package named "nothing"\.\n +Packages: hub-web, cli, tooling/);
  });

  test("says that the registry is out of reach, and leaves no half of a pnpm", () => {
    const { status, stderr } = run(["tooling/bootstrap.mjs", "build"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/tenfold: pnpm [\d.]+ could not be installed\. The package registry is out of reach\.\n +Check the network/);
    expect(spawnSync("ls", [join(folder, ".tools")], { encoding: "utf8" }).stdout).toBe("");
  });

  test("says that the folder cannot be written", () => {
    write(".tools", "in the way of the folder");
    const { status, stderr } = run(["tooling/bootstrap.mjs", "build"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot be written \(E\w+\)\.\n +Clone the repository into a folder of your own/);
  });

  test("names a port in use before anything is installed", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, ["tooling/bootstrap.mjs", "start"], { cwd: folder, env: environment({ PORT: String(port) }) });
    const [text, code] = await ended(child);
    server.close();
    expect(code).toBe(1);
    expect(text).toContain(`Port ${port} is in use.`);
    expect(text).toContain(`PORT=${Math.min(port + 1, 65_535)} npm start`);
    expect(existsSync(join(folder, "node_modules"))).toBe(false);
  });

  test("refuses a port that is none", () => {
    expect(run(["tooling/bootstrap.mjs", "start"], { env: environment({ PORT: "http" }) }).stderr).toContain('PORT is "http", which is no port number.');
  });
});

describe("the command line in a clone", () => {
  test("is installed once, and given arguments, input, output and exit code as they are", () => {
    usePnpmOfTheWorkspace();
    const first = run(["tooling/tenfold.mjs", "run", "tiny", "Hello there", "--json"], { input: "typed" });
    expect(first).toMatchObject({ status: 7, stdout: '["run","tiny","Hello there","--json"]\ntyped' });
    expect(first.stderr).toContain("installing what the command line needs");
    const second = run(["tooling/tenfold.mjs", "list"]);
    expect(second).toMatchObject({ status: 7, stdout: '["list"]\n', stderr: "" });
    expect(readFileSync(join(folder, "installs"), "utf8")).toBe("install --reporter=append-only --frozen-lockfile --filter-prod @tenfold/cli...\n");
  });

  test("is installed again when a manifest changed, and by a full install too", () => {
    usePnpmOfTheWorkspace();
    run(["tooling/tenfold.mjs"]);
    write("packages/cli/package.json", JSON.stringify({ name: "@tenfold/cli", version: "0.2.0", type: "module" }));
    expect(run(["tooling/bootstrap.mjs", "setup"]).status).toBe(0);
    expect(run(["tooling/tenfold.mjs"]).stderr).toBe("");
    expect(readFileSync(join(folder, "installs"), "utf8").trim().split("\n")).toHaveLength(2);
  });

  test("is installed once for two that begin together", async () => {
    usePnpmOfTheWorkspace();
    const start = () => ended(spawn(process.execPath, ["tooling/tenfold.mjs"], { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] }));
    const codes = (await Promise.all([start(), start()])).map(([, code]) => code);
    expect(codes).toEqual([7, 7]);
    expect(readFileSync(join(folder, "installs"), "utf8").trim().split("\n")).toHaveLength(1);
  });
});

describe("a step", () => {
  const step = join(tooling, "bootstrap/run-step.mjs");
  const source = (program: string, timeLimitMs?: number) => `
    import { runStep } from ${JSON.stringify(step)};
    const code = await runStep(process.execPath, ["-e", ${JSON.stringify(program)}], { cwd: ".", env: process.env, timeLimitMs: ${timeLimitMs} });
    process.exitCode = code === undefined ? 77 : code;`;
  const start = (...words: Parameters<typeof source>) => spawn(process.execPath, ["--input-type=module", "-e", source(...words)], { cwd: folder });

  test("that was killed has failed", async () => {
    expect((await ended(start("process.kill(process.pid, 'SIGKILL')")))[1]).toBe(137);
  });

  test("is ended when its time is up, and has neither failed nor come to an end", async () => {
    expect((await ended(start("setInterval(() => {}, 1000)", 200)))[1]).toBe(77);
  });

  test("is stopped, with all that it started, by the signal that stops us", async () => {
    const grandchild = "setInterval(() => {}, 1000); console.log(process.pid)";
    const child = start(`require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(grandchild)}], { stdio: "inherit" })`);
    const [pid] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    expect(code).toBe(143);
    await gone(Number(String(pid)));
  });

  test("is stopped when the shell above us goes without a word", async () => {
    const waiting = "setInterval(() => {}, 1000); console.log(process.pid)";
    write("step.mjs", source(waiting));
    // The second command keeps the shell from becoming the first.
    const shell = spawn("sh", ["-c", `${JSON.stringify(process.execPath)} step.mjs; true`], { cwd: folder });
    const [pid] = (await once(shell.stdout, "data")) as [Buffer];
    shell.kill("SIGKILL");
    await gone(Number(String(pid)));
  });
});

async function ended(child: ChildProcess): Promise<[text: string, code: number]> {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (piece) => (text += piece));
  const [code] = await once(child, "close");
  return [text, code];
}

/** Resolves when the process is no more, or dead and not yet collected by its new parent; the test's time limit ends the wait. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      if (/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
