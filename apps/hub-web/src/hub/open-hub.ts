import { publicHub } from "@tenfold/core/hugging-face";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { createFolderStore } from "../artifacts/folder-store.ts";
import { createS3Store, type S3Options } from "../artifacts/s3-store.ts";
import { warnOfMissingFiles } from "../artifacts/warn-of-missing-files.ts";
import { type CompressedDocuments, createCompressedDocuments } from "../catalog/compressed-documents.ts";
import { createSeal, type Seal } from "../data-folder/create-seal.ts";
import { openDataFolder } from "../data-folder/open-data-folder.ts";
import { readSecret } from "../data-folder/read-secret.ts";
import type { DatabaseName } from "../database/database-connection.ts";
import { type Database, openDatabase } from "../database/open-database.ts";
import { seedDevices } from "../devices/seed-devices.ts";
import { createFetcher, type Fetcher } from "../fetching/create-fetcher.ts";
import { initialDatabaseFile, prismaFolder } from "../folders.ts";
import { createImporter, type Importer } from "../imports/create-importer.ts";
import { type Credentials, openCredentials } from "../imports/credentials.ts";
import { publicKaggle } from "../imports/kaggle.ts";
import { createWatchPlaces, type WatchPlaces } from "../jobs/watch-places.ts";
import type { Log } from "../log.ts";
import { createMetrics, type Metrics } from "../metrics/create-metrics.ts";
import { type OidcOptions, openSignIn, type SignIn } from "../people/open-sign-in.ts";
import { createRateLimits, type RateLimits } from "../people/rate-limits.ts";
import { openKeyFolder } from "../signing/key-folder.ts";
import { signRegularly } from "../signing/sign-regularly.ts";
import { openSigner, type Signer } from "../signing/signer.ts";
import { importStarter } from "../starter/import-starter.ts";
import type { Keeping } from "../sweeping/plan-sweep.ts";
import { openUploads, type Uploads } from "../uploads/open-uploads.ts";
import type { WebhookOptions } from "../webhooks/webhook-options.ts";

/** What pages and routes work with. */
export interface Hub {
  readonly database: Database;
  readonly databaseName: DatabaseName;
  readonly store: ArtifactStore;
  readonly dataFolder: string;
  readonly signer: Signer;
  readonly signIn: SignIn;
  readonly limits: RateLimits;
  readonly fetcher: Fetcher;
  readonly credentials: Credentials;
  readonly importer: Importer;
  readonly uploads: Uploads;
  readonly keeping: Keeping;
  readonly watchPlaces: WatchPlaces;
  /** Where people find the hub, when it was set: without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly log: Log;
  readonly compressed: CompressedDocuments;
  /** Who is told of releases by the configuration; administrators add others (`listReceivers`). */
  readonly webhooks: WebhookOptions;
  /** Of webhooks' addresses and secrets. */
  readonly webhookSeal: Seal;
  readonly metrics: Metrics;
  readonly metricsAccess: MetricsAccess;
  readonly clock: () => Date;
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
  /** Default: nobody. */
  readonly webhooks?: WebhookOptions;
  /** Default: open. */
  readonly metricsAccess?: MetricsAccess;
  /** Signs sessions' cookies; hubs that share a database share it. By default one that the data folder keeps. */
  readonly secret?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly oidc?: OidcOptions | undefined;
  /** Where artifacts lie instead of the data folder. */
  readonly s3?: S3Options | undefined;
  /** Of one file. Default: 512 GiB. */
  readonly mostUploadBytes?: number | undefined;
  /** How long what nobody needs is kept. Default: jobs 90 days, files 30. */
  readonly keeping?: Keeping;
  /** Hosts, addresses and networks inside that may be fetched from all the same. */
  readonly fetchAllow?: readonly string[] | undefined;
  /** Default: the public Hugging Face Hub. */
  readonly huggingFaceEndpoint?: string | undefined;
  /** Default: the public Kaggle. */
  readonly kaggleEndpoint?: string | undefined;
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
  webhooks = { urls: [] },
  metricsAccess = "open",
  secret,
  publicUrl,
  oidc,
  s3,
  mostUploadBytes = 512 * 1024 ** 3,
  keeping = { jobsDays: 90, unusedDays: 30 },
  fetchAllow,
  huggingFaceEndpoint = publicHub,
  kaggleEndpoint = publicKaggle,
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
    const store = s3 === undefined ? await createFolderStore(dataFolder) : await createS3Store(s3);
    const uploads = openUploads({ folder: dataFolder, mostBytes: mostUploadBytes });
    const opened = await openDatabase({ databaseUrl, folder: dataFolder, prismaFolder, initialDatabaseFile, log });
    closing.push(() => opened.close());
    await seedDevices(opened.database);
    await importStarter({ database: opened.database, store, starterFolder, log, clock });
    const signer = await openSigner({ database: opened.database, keys: openKeyFolder(dataFolder, keyPassphrase), isProduction, log, clock });
    closing.push(signRegularly(signer, log));
    const compressed = createCompressedDocuments(opened.database, log);
    closing.push(() => compressed.settled());
    await warnOfMissingFiles({ database: opened.database, store, log });
    const ownSecret = secret ?? (await readSecret(dataFolder));
    const signIn = openSignIn({ database: opened.database, secret: ownSecret, publicUrl, oidc, log });
    const fetcher = createFetcher({ allowed: fetchAllow });
    closing.push(() => fetcher.close());
    const credentials = openCredentials(opened.database, ownSecret);
    const importer = createImporter({ fetcher, credentials, endpoint: huggingFaceEndpoint, kaggleEndpoint, folder: dataFolder });
    return {
      database: opened.database,
      databaseName: opened.name,
      store,
      dataFolder,
      signer,
      signIn,
      limits: createRateLimits(),
      fetcher,
      credentials,
      importer,
      uploads,
      keeping,
      watchPlaces: createWatchPlaces(),
      publicUrl,
      log,
      clock,
      compressed,
      webhooks,
      webhookSeal: createSeal(ownSecret, "tenfold hub webhooks"),
      metrics: createMetrics(opened.database),
      metricsAccess,
      stopping,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
