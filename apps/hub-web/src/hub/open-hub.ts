import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { createFolderStore } from "../artifacts/folder-store.ts";
import { warnOfMissingFiles } from "../artifacts/warn-of-missing-files.ts";
import { openDataFolder } from "../data-folder/open-data-folder.ts";
import type { DatabaseName } from "../database/database-connection.ts";
import { type Database, openDatabase } from "../database/open-database.ts";
import { initialDatabaseFile, prismaFolder } from "../folders.ts";
import type { Log } from "../log.ts";
import { createMetrics, type Metrics } from "../metrics/create-metrics.ts";
import { openKeyFolder } from "../signing/key-folder.ts";
import { signRegularly } from "../signing/sign-regularly.ts";
import { openSigner, type Signer } from "../signing/signer.ts";
import { importStarter } from "../starter/import-starter.ts";

/** What pages and routes work with. */
export interface Hub {
  readonly database: Database;
  readonly databaseName: DatabaseName;
  readonly store: ArtifactStore;
  readonly signer: Signer;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly metricsAccess: MetricsAccess;
  /** Where browsers and clients reach this hub, without a slash at the end, when it was told. */
  readonly publicUrl?: string;
  /** Aborted when the hub is told to stop: nothing new is begun then. */
  readonly stopping: AbortSignal;
  close(): Promise<void>;
}

/** Who may read the metrics: anybody, nobody, or who brings the token. */
export type MetricsAccess = "open" | "closed" | { readonly token: string };

export interface OpenHubOptions {
  /** A database on a PostgreSQL server, which other hubs may share; when absent it lies in the data folder. */
  readonly databaseUrl?: string | undefined;
  readonly dataFolder: string;
  readonly starterFolder: string;
  /** Refuses keys for development. Default: false. */
  readonly isProduction?: boolean;
  /** Of the key that signs releases. */
  readonly keyPassphrase?: string | undefined;
  readonly publicUrl?: string | undefined;
  /** Default: open. */
  readonly metricsAccess?: MetricsAccess;
  readonly log: Log;
  readonly clock?: () => Date;
  /** Default: a signal that never fires. */
  readonly stopping?: AbortSignal;
}

/**
 * Holds the data folder, opens what is in it, gives a new hub its starter catalog, and signs what is published. Leaves nothing open when it fails.
 * @throws TenfoldError `store-locked`, `storage-failed`, `invalid-manifest`, `invalid-input` for keys that production refuses
 */
export async function openHub({
  databaseUrl,
  dataFolder,
  starterFolder,
  isProduction = false,
  keyPassphrase,
  publicUrl,
  metricsAccess = "open",
  log,
  clock = () => new Date(),
  stopping = new AbortController().signal,
}: OpenHubOptions): Promise<Hub> {
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const lock = await openDataFolder(dataFolder);
    closing.push(() => lock.release());
    const store = await createFolderStore(dataFolder);
    const opened = await openDatabase({ databaseUrl, folder: dataFolder, prismaFolder, initialDatabaseFile, log });
    closing.push(() => opened.close());
    await importStarter({ database: opened.database, store, starterFolder, log, clock });
    const signer = await openSigner({ database: opened.database, keys: openKeyFolder(dataFolder, keyPassphrase), isProduction, log, clock });
    closing.push(signRegularly(signer, log));
    await warnOfMissingFiles({ database: opened.database, store, log });
    return {
      database: opened.database,
      databaseName: opened.name,
      store,
      signer,
      log,
      metrics: createMetrics(opened.database),
      metricsAccess,
      ...(publicUrl !== undefined && { publicUrl }),
      stopping,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
