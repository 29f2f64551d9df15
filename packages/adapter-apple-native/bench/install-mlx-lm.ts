import { execFile } from "node:child_process";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** mlx-lm as its readers install it, with all that it depends on: 370 MB under .cache that nothing but benches need. */
export async function mlxLmAlone(): Promise<{ python: string } | { reason: string }> {
  const folder = fileURLToPath(new URL("../../../.cache/peers/mlx-lm-0.32.2", import.meta.url));
  const python = join(folder, "bin/python");
  const isThere = await access(python).then(
    () => true,
    () => false,
  );
  if (isThere) return { python };
  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    await run("python3", ["-m", "venv", "--without-pip", draft]);
    const wanted = ["mlx==0.32.4", ...(process.platform === "linux" ? ["mlx-cpu==0.32.4"] : []), "mlx-lm==0.32.2"];
    await run("python3", ["-m", "pip", "--python", join(draft, "bin/python"), "install", "--quiet", "--only-binary", ":all:", ...wanted]);
    await rename(draft, folder);
    return { python };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
