import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

export const browserProgram = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => existsSync(path));

export interface OpenBrowser {
  /** One profile on disk, which all pages share. */
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Chromium's WebGPU, computed on the CPU. */
export const softwareWebgpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** A real browser with a new profile, which asks nothing of the network by itself. Without further arguments it has no GPU. */
export async function openBrowser(executablePath: string, graphics: readonly string[] = ["--disable-gpu"]): Promise<OpenBrowser> {
  const profile = await mkdtemp(join(tmpdir(), "tenfold-profile-"));
  const quiet = [...graphics, "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: ["--no-sandbox", ...quiet] });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
