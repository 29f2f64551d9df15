import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { publishedRelease } from "../catalog/published-release.ts";
import type { Database } from "../database/open-database.ts";
import { timestampExpiry } from "../signing/timestamp-expiry.ts";

export interface AnsweredRequest {
  /** Of few values: the path with its variable parts in braces. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
  readonly sentBytes: number;
}

export interface Metrics {
  observe(answered: AnsweredRequest): void;
  /** Everything as Prometheus reads it; asks the database. */
  read(): Promise<{ contentType: string; text: string }>;
}

/** Counts what the hub does. Figures of the process itself come from prom-client. */
export function createMetrics(database: Database): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ["route", "method", "status"] as const;
  const requests = new Histogram({
    name: "tenfold_hub_request_seconds",
    help: "How long answers took, to their last byte.",
    labelNames,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600],
    registers,
  });
  const sent = new Counter({ name: "tenfold_hub_sent_bytes_total", help: "Bytes of answers, headers included.", labelNames: ["route"], registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const databaseUp = gauge("tenfold_hub_database_up", "1 while the database answers.");
  const release = gauge("tenfold_hub_release", "Number of the release on the stable channel.");
  const files = gauge("tenfold_hub_stored_files", "Files that the hub holds.");
  const bytes = gauge("tenfold_hub_stored_bytes", "Bytes of the files that the hub holds.");
  const expires = gauge("tenfold_hub_timestamp_expires_seconds", "Unix time at which clients stop to take the catalog for fresh.");

  async function ask(): Promise<void> {
    const [published, stored, expiry] = await Promise.all([
      publishedRelease(database),
      database.storedFile.aggregate({ _count: true, _sum: { sizeBytes: true } }),
      timestampExpiry(database),
    ]);
    release.set(published?.number ?? 0);
    files.set(stored._count);
    bytes.set(Number(stored._sum.sizeBytes ?? 0));
    if (expiry !== undefined) expires.set(expiry.getTime() / 1000);
  }

  return {
    observe({ route, method, status, durationMs, sentBytes }) {
      requests.observe({ route, method, status }, durationMs / 1000);
      sent.inc({ route }, sentBytes);
    },
    async read() {
      databaseUp.set(
        await ask().then(
          () => 1,
          () => 0,
        ),
      );
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
