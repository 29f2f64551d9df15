import { join, resolve } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import type { S3Options } from "./artifacts/s3-store.ts";
import { createAddressRules } from "./fetching/address-rules.ts";
import { applicationFolder } from "./folders.ts";
import type { MetricsAccess } from "./hub/open-hub.ts";
import type { HubWorkerOptions } from "./jobs/hub-worker.ts";
import type { OidcOptions } from "./people/open-sign-in.ts";
import type { Keeping } from "./sweeping/plan-sweep.ts";
import type { WebhookOptions } from "./webhooks/webhook-options.ts";

const folder = z
  .string()
  .min(1, "expected the path of a folder")
  .transform((path) => resolve(path));

const count = (expected: string, most: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, expected)
    .transform(Number)
    .refine((number) => number <= most, expected);

const list = z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean));
const webAddress = z.url({ protocol: /^https?$/, error: "expected https://host" });

const environmentSchema = z.object({
  PORT: count("expected a port number up to 65535", 65_535).default(3210),
  HOST: z.string().min(1, "expected a host name or an address").default("127.0.0.1"),
  DATABASE_URL: z
    .string()
    .refine((url) => URL.canParse(url) && /^postgres(?:ql)?:$/.test(new URL(url).protocol), "expected postgresql://user:password@host:port/database")
    .optional(),
  TENFOLD_HUB_MODE: z.enum(["development", "production"]).default("development"),
  TENFOLD_HUB_KEY_PASSPHRASE: z.string().min(1).optional(),
  TENFOLD_HUB_SECRET: z.string().min(32, "expected at least 32 characters").optional(),
  TENFOLD_HUB_URL: z
    .string()
    .refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && new URL(url).pathname === "/", "expected https://host, without a path")
    .transform((url) => new URL(url).origin)
    .optional(),
  TENFOLD_HUB_PROXIES: count("expected how many proxies stand in front of the hub: 0 to 9", 9).default(0),
  TENFOLD_HUB_OIDC_ISSUER: webAddress.optional(),
  TENFOLD_HUB_OIDC_CLIENT_ID: z.string().min(1).optional(),
  TENFOLD_HUB_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  TENFOLD_HUB_OIDC_NAME: z.string().min(1).max(60).default("your organisation"),
  TENFOLD_HUB_FETCH_ALLOW: list
    .superRefine((allowed, context) => {
      try {
        createAddressRules(allowed);
      } catch (error) {
        context.addIssue({ code: "custom", message: (error as Error).message });
      }
    })
    .optional(),
  TENFOLD_HUB_WORKERS: count("expected how many jobs run at once in this process: 0 to 64", 64).default(1),
  TENFOLD_HUB_REVERIFY_DAYS: count("expected days; 0 for never", 3650).default(30),
  TENFOLD_HUB_UPSTREAM_DAYS: count("expected days; 0 for never", 3650).default(1),
  TENFOLD_HUB_KEEP_JOBS_DAYS: count("expected days; 0 for ever", 3650).default(90),
  TENFOLD_HUB_KEEP_UNUSED_DAYS: count("expected days; 0 for ever", 3650).default(30),
  S3_BUCKET: z.string().min(1).optional(),
  S3_ENDPOINT: webAddress.optional(),
  S3_REGION: z.string().min(1).default("us-east-1"),
  S3_PREFIX: z
    .string()
    .regex(/^[\w./-]*$/, "expected letters, digits and slashes")
    .optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  KAGGLE_API_ENDPOINT: webAddress.transform((url) => new URL(url).origin).optional(),
  HF_ENDPOINT: webAddress.transform((url) => url.replace(/\/+$/, "")).optional(),
  TENFOLD_HUB_DATA: folder.default(join(applicationFolder, ".data", "hub")),
  TENFOLD_HUB_STARTER: folder.default(join(applicationFolder, "starter")),
  TENFOLD_HUB_LOG: z.enum(["text", "json"]).default("text"),
  TENFOLD_HUB_GRACE_SECONDS: count("expected a number of seconds, up to 9999", 9999).default(10),
  TENFOLD_HUB_WEBHOOKS: list
    .refine(
      (urls) => urls.every((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)),
      "expected addresses, https://host/path, separated by commas",
    )
    .optional(),
  TENFOLD_HUB_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "expected whsec_ and 24 to 64 bytes in base64")
    .optional(),
  TENFOLD_HUB_METRICS_TOKEN: z.string().min(16, "expected sixteen characters or more").optional(),
});

export interface Configuration {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** A database on a PostgreSQL server; when absent the database lies in the data folder. */
  readonly databaseUrl?: string;
  /** In production keys for development are refused. */
  readonly isProduction: boolean;
  /** Opens the key that signs releases. */
  readonly keyPassphrase?: string;
  /** Signs sessions' cookies; by default one that the data folder keeps. */
  readonly secret?: string;
  /** Where people find the hub, behind a proxy: `https://hub.example.org`. */
  readonly publicUrl?: string;
  /** How many proxies stand in front of the hub and say whom they ask for. */
  readonly proxies: number;
  /** An identity provider that people may sign in with. */
  readonly oidc?: OidcOptions;
  /** Hosts, addresses and networks inside that imports may fetch from all the same. */
  readonly fetchAllow?: readonly string[];
  /** Object storage for artifacts; when absent they lie in the data folder. */
  readonly s3?: S3Options;
  /** Jobs at once in this process, and how often what was verified, and where it came from, is looked at again. */
  readonly jobs: HubWorkerOptions;
  /** How long what nobody needs is kept. */
  readonly keeping: Keeping;
  /** A server that stands in for the Hugging Face Hub. */
  readonly huggingFaceEndpoint?: string;
  /** The same for Kaggle. */
  readonly kaggleEndpoint?: string;
  /** What the hub keeps: database, artifacts, lock. */
  readonly dataFolder: string;
  /** What a hub with nothing published yet begins with: `models.json` and the files it names. */
  readonly starterFolder: string;
  readonly logFormat: "text" | "json";
  /** How long running requests may take once the hub is told to stop. */
  readonly graceMs: number;
  readonly webhooks: WebhookOptions;
  readonly metricsAccess: MetricsAccess;
}

/**
 * Everything that can be set from outside.
 * @throws TenfoldError `invalid-input` naming each wrong variable.
 */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const result = environmentSchema.safeParse(environment);
  if (!result.success) {
    const wrong = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}${shown(String(path[0]), environment)}`);
    throw new TenfoldError("invalid-input", `Invalid configuration: ${wrong.join("; ")}`, { remedy: "Correct the variable, or unset it to take the default." });
  }
  const found = result.data;
  const isProduction = found.TENFOLD_HUB_MODE === "production";
  const oidc = oidcOf(found);
  const s3 = s3Of(found);
  return {
    port: found.PORT,
    host: found.HOST,
    ...(found.DATABASE_URL !== undefined && { databaseUrl: found.DATABASE_URL }),
    isProduction,
    ...(found.TENFOLD_HUB_KEY_PASSPHRASE !== undefined && { keyPassphrase: found.TENFOLD_HUB_KEY_PASSPHRASE }),
    dataFolder: found.TENFOLD_HUB_DATA,
    starterFolder: found.TENFOLD_HUB_STARTER,
    ...(found.TENFOLD_HUB_SECRET !== undefined && { secret: found.TENFOLD_HUB_SECRET }),
    ...(oidc !== undefined && { oidc }),
    ...(found.TENFOLD_HUB_FETCH_ALLOW !== undefined && { fetchAllow: found.TENFOLD_HUB_FETCH_ALLOW }),
    ...(found.HF_ENDPOINT !== undefined && { huggingFaceEndpoint: found.HF_ENDPOINT }),
    ...(found.KAGGLE_API_ENDPOINT !== undefined && { kaggleEndpoint: found.KAGGLE_API_ENDPOINT }),
    ...(found.TENFOLD_HUB_URL !== undefined && { publicUrl: found.TENFOLD_HUB_URL }),
    proxies: found.TENFOLD_HUB_PROXIES,
    logFormat: found.TENFOLD_HUB_LOG,
    graceMs: found.TENFOLD_HUB_GRACE_SECONDS * 1000,
    webhooks: webhooksOf(found),
    metricsAccess: found.TENFOLD_HUB_METRICS_TOKEN === undefined ? (isProduction ? "closed" : "open") : { token: found.TENFOLD_HUB_METRICS_TOKEN },
    jobs: { concurrency: found.TENFOLD_HUB_WORKERS, reverifyDays: found.TENFOLD_HUB_REVERIFY_DAYS, upstreamDays: found.TENFOLD_HUB_UPSTREAM_DAYS },
    keeping: { jobsDays: found.TENFOLD_HUB_KEEP_JOBS_DAYS, unusedDays: found.TENFOLD_HUB_KEEP_UNUSED_DAYS },
    ...(s3 !== undefined && { s3 }),
  };
}

/** An identity provider needs all three. */
function oidcOf(environment: z.output<typeof environmentSchema>): OidcOptions | undefined {
  const { TENFOLD_HUB_OIDC_ISSUER: issuer, TENFOLD_HUB_OIDC_CLIENT_ID: clientId, TENFOLD_HUB_OIDC_CLIENT_SECRET: clientSecret } = environment;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined)
    return { issuer, clientId, clientSecret, name: environment.TENFOLD_HUB_OIDC_NAME };
  throw new TenfoldError("invalid-input", "Invalid configuration: an identity provider needs TENFOLD_HUB_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET.", {
    remedy: "Set all three, or none of them.",
  });
}

/** Whoever is told has to be able to know by whom. */
function webhooksOf({ TENFOLD_HUB_WEBHOOKS: urls = [], TENFOLD_HUB_WEBHOOK_SECRET: secret }: z.output<typeof environmentSchema>): WebhookOptions {
  if (urls.length === 0 || secret !== undefined) return { urls, ...(secret !== undefined && { secret }) };
  throw new TenfoldError("invalid-input", "Invalid configuration: TENFOLD_HUB_WEBHOOKS needs TENFOLD_HUB_WEBHOOK_SECRET.", {
    remedy: "Make one: echo whsec_$(openssl rand -base64 32)",
  });
}

/** Object storage needs a bucket and its keys. */
function s3Of(environment: z.output<typeof environmentSchema>): S3Options | undefined {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const { S3_ENDPOINT: endpoint, S3_REGION: region, S3_PREFIX: prefix } = environment;
  if (bucket === undefined && accessKeyId === undefined && secretAccessKey === undefined && endpoint === undefined) return undefined;
  if (bucket !== undefined && accessKeyId !== undefined && secretAccessKey !== undefined)
    return { bucket, accessKeyId, secretAccessKey, region, endpoint, prefix };
  throw new TenfoldError("invalid-input", "Invalid configuration: object storage needs S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.", {
    remedy: "Set all three, or none of them to keep artifacts in the data folder.",
  });
}

/** The address of a database holds a password, and passphrases and secrets are what they say: no message may repeat them. */
function shown(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  return name === "DATABASE_URL" || name === "TENFOLD_HUB_WEBHOOKS" || /PASSPHRASE|SECRET|TOKEN|ACCESS_KEY/.test(name)
    ? ""
    : `, found ${JSON.stringify(environment[name])}`;
}
