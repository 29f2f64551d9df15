import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ServedModels } from "./served-models.ts";

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** @param route its path, or "none". */
  answered(route: string, status: number, seconds: number): void;
}

export function createMetrics(models: Pick<ServedModels, "loaded" | "requests">): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ["route", "status"] as const;
  const count = new Counter({ name: "tenfold_requests_total", help: "Requests that were answered.", labelNames, registers });
  const buckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];
  const duration = new Histogram({
    name: "tenfold_request_seconds",
    help: "From a request to the end of its answer.",
    labelNames: ["route"],
    buckets,
    registers,
  });
  new Gauge({
    name: "tenfold_requests_running",
    help: "Requests that wait or are answered.",
    registers,
    collect() {
      this.set(models.requests.running);
    },
  });
  new Gauge({
    name: "tenfold_model_bytes",
    help: "Memory set aside for each model that is loaded.",
    labelNames: ["model", "framework"],
    registers,
    collect() {
      this.reset();
      for (const { model, variant, framework, bytes } of models.loaded()) this.set({ model: `${model}:${variant}`, framework }, bytes);
    },
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    answered(route, status, seconds) {
      count.inc({ route, status });
      duration.observe({ route }, seconds);
    },
  };
}
