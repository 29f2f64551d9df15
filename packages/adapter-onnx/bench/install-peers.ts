import { execFile } from "node:child_process";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("../../../.cache/peers", import.meta.url));
const transformers = "@huggingface/transformers@4.3.1";
const genai = "onnxruntime-genai==0.18.0";

/** Where a peer is, or why it is not. */
export type Peer = { path: string } | { reason: string };

/** transformers.js in a folder of its own under .cache: 470 MB that nothing but this bench needs. */
export function installTransformers(): Promise<Peer> {
  return installOnce("transformers-4.3.1", async (draft) => {
    await writeFile(join(draft, "package.json"), '{ "private": true }');
    await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", transformers], { cwd: draft });
  });
}

/** A Python environment with onnxruntime-genai. */
export async function installGenai(): Promise<Peer> {
  const peer = await installOnce("genai-0.18.0", async (draft) => {
    await run("python3", ["-m", "venv", "--without-pip", draft]);
    await run("python3", ["-m", "pip", "--python", join(draft, "bin/python"), "install", "--quiet", "--only-binary", ":all:", genai]);
  });
  return "path" in peer ? { path: join(peer.path, "bin/python") } : peer;
}

async function installOnce(name: string, install: (draft: string) => Promise<void>): Promise<Peer> {
  const path = join(folder, name);
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return { path };
  const draft = `${path}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    await install(draft);
    await rename(draft, path);
    return { path };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { stderr, message } = error as Error & { stderr?: string };
    return { reason: (stderr?.trim() || message).split("\n").at(-1) ?? "" };
  }
}
