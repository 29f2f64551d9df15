import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { tinyFolderModel, tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { frameworkProfileSchema } from "@tenfold/catalog";
import { silentLog } from "@tenfold/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { herePython, mlxContext, needMlx } from "../test/here-mlx.ts";
import { makeEnvironment } from "./mlx/make-environment.ts";
import { mlx } from "./node.ts";
import { mlxPart } from "./parts.ts";
import { mlxProfile } from "./profile.ts";

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-mlx-python-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A program that prints this to standard error and fails. */
async function failingPython(words: string): Promise<string> {
  const path = join(folder, "python");
  await writeFile(path, `#!/bin/sh\ncat >&2 <<'END'\n${words}\nEND\nexit 1\n`);
  await chmod(path, 0o755);
  return path;
}

test("the profile is one", () => {
  expect(frameworkProfileSchema.parse(mlxProfile)).toEqual(mlxProfile);
});

test("probe says which MLX runs, in which Python and on what", async (context) => {
  needMlx(context);
  expect(await mlx().probe(mlxContext())).toMatchObject({
    available: true,
    frameworkVersion: mlxPart.version,
    accelerators: expect.arrayContaining(["cpu"]),
    notes: [expect.stringMatching(/^mlx-lm 0\.\S+ in Python 3\.\d+/)],
  });
});

test("without MLX, probe and load name the command that brings it", async () => {
  expect(await mlx().probe(nodeContext())).toMatchObject({ available: false, remedy: expect.stringContaining("tenfold frameworks add mlx") });
  await expect(mlx().load(await tinyFolderModel(), nodeContext(), {})).rejects.toMatchObject({ code: "framework-unavailable" });
});

test.each([
  ["an old Python", "Unknown option: -P\nusage: python3 [option] ...", /older than Python 3\.11/],
  ["no mlx", "Traceback\nModuleNotFoundError: No module named 'mlx'", /has no mlx and mlx-lm/],
  ["no mlx-lm", "Traceback\nImportError: No module named 'mlx_lm'", /has no mlx and mlx-lm/],
  ["no host program", "/x/python: No module named tenfold_mlx", /program of the MLX host is not there/],
  ["an older system", "ImportError: /lib/libc.so.6: version `GLIBC_2.35' not found", /another system/],
  ["something else", "Fatal Python error: init_fs_encoding", /Fatal Python error: init_fs_encoding/],
])("probe says why not, with a remedy: %s", async (_what, words, reason) => {
  const support = await mlx({ python: await failingPython(words) }).probe(nodeContext());
  expect(support).toMatchObject({ available: false, reason: expect.stringMatching(reason), remedy: expect.stringMatching(/\.$/) });
});

test("probe says that a Python is not there, and finds one that was put there since", async (context) => {
  const python = join(folder, "python");
  const adapter = mlx({ python });
  expect(await adapter.probe(nodeContext())).toMatchObject({ available: false, reason: expect.stringContaining(python) });
  needMlx(context);
  await writeFile(python, `#!/bin/sh\nPYTHONPATH="${herePython.PYTHONPATH}" exec "${herePython.program}" "$@"\n`);
  await chmod(python, 0o755);
  expect(await adapter.probe(nodeContext())).toMatchObject({ available: true });
});

test("another format is refused, with how to convert it", async () => {
  const loading = mlx().load(await tinyModel(), nodeContext(), {});
  await expect(loading).rejects.toMatchObject({ code: "unsupported-format", remedy: expect.stringContaining("tenfold convert") });
});

const tools = { python: "python3", log: silentLog };

/** Wheels of the right names and versions, with nothing of MLX in them. */
const writeWheels = `import sys, zipfile
for name, version in (("mlx", "0.32.4"), ("mlx_cpu", "0.32.4"), ("mlx_metal", "0.32.4")):
    with zipfile.ZipFile(f"{sys.argv[1]}/{name}-{version}-py3-none-any.whl", "w") as wheel:
        info = f"{name}-{version}.dist-info"
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")`;

test("an environment is only made of packages with the digests that are known", async () => {
  const wheels = join(folder, "wheels");
  await mkdir(wheels);
  await run("python3", ["-c", writeWheels, wheels]);
  vi.stubEnv("PIP_NO_INDEX", "1");
  vi.stubEnv("PIP_FIND_LINKS", wheels);
  await expect(makeEnvironment(folder, tools)).rejects.toMatchObject({ code: "digest-mismatch" });
});

test("what keeps an environment from being made is said", async () => {
  const python = join(folder, "python");
  await writeFile(python, `#!/bin/sh\ncase "$*" in *install*) echo "ERROR: No matching distribution found for mlx" >&2; exit 1;; esac\nexec python3 "$@"\n`);
  await chmod(python, 0o755);
  await expect(makeEnvironment(folder, { ...tools, python })).rejects.toMatchObject({
    code: "network",
    message: expect.stringContaining("No matching distribution"),
    remedy: expect.stringContaining("package index"),
  });
  const absent = makeEnvironment(folder, { ...tools, python: join(folder, "absent") });
  await expect(absent).rejects.toMatchObject({ code: "framework-unavailable", remedy: expect.stringContaining("Python 3.11") });
  const old = join(folder, "old");
  await writeFile(old, "#!/bin/sh\necho 3 9\n");
  await chmod(old, 0o755);
  await expect(makeEnvironment(folder, { ...tools, python: old })).rejects.toThrow("is Python 3.9");
});

test("making an environment can be aborted", async () => {
  const reason = new Error("enough");
  const abort = new AbortController();
  const python = join(folder, "python");
  // It is a Python until it is asked for packages.
  await writeFile(python, `#!/bin/sh\ncase "$*" in *install*) echo Collecting; exec sleep 600;; esac\nexec python3 "$@"\n`);
  await chmod(python, 0o755);
  const making = makeEnvironment(folder, { python, log: (_level, line) => line === "Collecting" && abort.abort(reason), signal: abort.signal });
  await expect(making).rejects.toBe(reason);
});
