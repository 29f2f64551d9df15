import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import { type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { Updater } from "tuf-js";
import { nodePlatform } from "../src/node/platform.ts";
import { createTrustClient, type Trusted } from "../src/trust/trust-client.ts";
import type { SignedRepository } from "./signed-repository.ts";

/** Our client and tuf-js before one server: each with a folder of its own, both beginning with the same root. */
export interface TrustPair {
  readonly server: FileServer;
  readonly home: string;
  /** Puts what the repository has now on the server. */
  serve(): void;
  ours(options?: { now?: string; fingerprint?: string }): Promise<Trusted>;
  theirs(): Promise<void>;
  /** What each says of what is served now: "accepted", or why not. */
  verdicts(): Promise<{ ours: string; theirs: "accepted" | "refused"; theirReason: string }>;
  /** Both forget everything, the first root excepted. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export async function openTrustPair(repository: SignedRepository): Promise<TrustPair> {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-trust-"));
  const server = await startFileServer({ files: {} });
  const [home, metadataDir] = [join(folder, "ours"), join(folder, "theirs")];
  const served = new Set<string>();
  repository.publish();
  const firstRoot = Buffer.from(repository.files.get("1.root.json") ?? "");

  function serve(): void {
    for (const [name, bytes] of repository.files) {
      server.setFile(`/tuf/${name}`, bytes);
      served.add(name);
    }
  }

  async function forget(): Promise<void> {
    for (const one of [home, metadataDir]) {
      await rm(one, { recursive: true, force: true });
      await mkdir(one, { recursive: true });
    }
    await writeFile(join(metadataDir, "root.json"), firstRoot);
  }
  await forget();
  serve();

  const pair: TrustPair = {
    server,
    home,
    serve,
    forget,
    ours({ now, fingerprint } = {}) {
      const platform = nodePlatform({ home });
      const clock = now === undefined ? platform.clock : { ...platform.clock, timestamp: () => now };
      return createTrustClient({
        metadataUrl: `${server.origin}/tuf`,
        folder: "trust/hub",
        platform: { ...platform, clock },
        root: firstRoot,
        fingerprint,
      }).refresh();
    },
    async theirs() {
      const updater = new Updater({
        metadataDir,
        metadataBaseUrl: `${server.origin}/tuf`,
        targetBaseUrl: `${server.origin}/tuf/targets`,
        config: { fetchRetry: 0 },
      });
      await updater.refresh();
    },
    async verdicts() {
      const ours = await pair.ours().then(
        () => "accepted",
        (error: unknown) => (TenfoldError.is(error) ? String(error.details?.reason ?? error.code) : `threw ${String(error)}`),
      );
      let theirReason = "";
      const theirs = await pair.theirs().then(
        () => "accepted" as const,
        (error: unknown) => {
          theirReason = String(error);
          return "refused" as const;
        },
      );
      return { ours, theirs, theirReason };
    },
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return pair;
}

export const readState = (home: string, copy: 1 | 2) => readFile(join(home, `trust/hub/state.${copy}.json`));
