import { join } from "node:path";
import { type Artifact, compatibilitySchema, type Evidence, type Manifest, manifestSchema, parse } from "@tenfold/catalog";
import { devices, findDevice } from "@tenfold/catalog/devices";
import { rankCandidates, rankListed } from "@tenfold/core/selection";
import { describe, expect, it } from "vitest";
import { applicationFolder } from "../folders.ts";
import { frameworkProfiles } from "../frameworks/framework-profiles.ts";
import { readStarter } from "../starter/read-starter.ts";
import type { StarterArtifact } from "../starter/starter-schema.ts";
import { longestContext } from "./longest-context.ts";
import { filterRows, matrixPage } from "./matrix.ts";
import { cellAddress, matrixAddress, readMatrixAddress } from "./matrix-address.ts";
import { cellOf, compatibilityDocument, reckonedDevice } from "./matrix-cell.ts";
import { type MatrixRow, matrixRows } from "./matrix-rows.ts";
import { readNeedAddress } from "./need-address.ts";

/** The starter catalog as a release publishes it, without a database. */
const manifests: Manifest[] = (await readStarter(join(applicationFolder, "starter"))).models.map((model) =>
  parse(
    manifestSchema,
    { schemaVersion: 1, ...model, variants: model.variants.map((variant) => ({ ...variant, artifacts: variant.artifacts.map(published) })) },
    model.id,
  ),
);
function published({ path, role, sizeBytes, sha256, claimedBy, sources }: StarterArtifact): Artifact {
  const evidence: Evidence = { kind: "claimed", by: claimedBy ?? "the starter catalog" };
  return {
    path,
    role,
    sources,
    ...(sizeBytes === undefined ? {} : { sizeBytes: { value: sizeBytes, evidence } }),
    ...(sha256 === undefined ? {} : { sha256: { value: sha256, evidence } }),
  };
}

const rows = matrixRows(manifests, frameworkProfiles);
const device = (id: string) => findDevice(id) ?? expect.fail(`no ${id}`);
const row = (model: string, variant: string): MatrixRow =>
  rows.find((one) => one.model.id === model && one.variant.id === variant) ?? expect.fail(`no ${model} ${variant}`);
const question = { context: 4096, entitlement: false };

describe("the rows of the starter catalog", () => {
  it("begin with the models whose sizes are known, in the order of their names", () => {
    const order = rows.map(({ model }) => model);
    const known = order.filter(({ dimensions }) => dimensions);
    expect(known.length).toBeGreaterThan(50);
    expect(order.slice(0, known.length)).toEqual(known);
  });

  it("are its variants under the frameworks that take them, and those that none takes", () => {
    expect(new Set(rows.map(({ variant, model }) => `${model.id} ${variant.id}`)).size).toBe(manifests.reduce((sum, { variants }) => sum + variants.length, 0));
    expect(row("qwen3-0.6b", "gguf-q4_k_m").profile?.framework).toBe("llama.cpp");
    expect(row("apple-foundation-model", "system-ios").profile?.framework).toBe("apple-foundation-models");
  });

  it("are filtered by words, format, framework, capability, model, and by what runs on a device", () => {
    const found = (query: object) => filterRows(rows, devices, { ...question, ...query });
    expect(found({ q: "qwen3 0.6b q4_k_m" }).map(({ variant }) => variant.id)).toEqual(["gguf-q4_k_m"]);
    expect(found({ q: "no such thing" })).toEqual([]);
    expect(new Set(found({ format: "mlc" }).map(({ profile }) => profile?.framework))).toEqual(new Set(["mlc-llm"]));
    expect(found({ framework: "executorch" }).every(({ variant }) => variant.format === "pte")).toBe(true);
    expect(found({ capability: "reranking" }).map(({ model }) => model.id)).toEqual(["qwen3-reranker-0.6b", "jina-reranker-v1-tiny-en"]);
    expect(new Set(found({ model: "qwen3-4b" }).map(({ model }) => model.id))).toEqual(new Set(["qwen3-4b"]));
    const fitting = found({ fits: "iphone-13" });
    expect(fitting.length).toBeGreaterThan(5);
    expect(fitting.length).toBeLessThan(rows.length);
    for (const one of fitting) expect(["runs", "tight"]).toContain(cellOf(one, device("iphone-13"), question).verdict);
  });
});

describe("a cell", () => {
  it("says what fits, what does not, what is not supported and what is not known", () => {
    const verdict = (model: string, variant: string, id: string, change: object = {}) =>
      cellOf(row(model, variant), device(id), { ...question, ...change }).verdict;
    expect(verdict("qwen3-0.6b", "gguf-q4_k_m", "iphone-13")).toBe("runs");
    expect(verdict("llama-3.1-8b-instruct", "gguf-q4_k_m", "iphone-15-pro")).toBe("does-not-fit");
    expect(verdict("llama-3.2-3b-instruct", "gguf-q4_k_m", "iphone-15-pro", { context: 16_384 })).toBe("does-not-fit");
    expect(verdict("llama-3.2-3b-instruct", "gguf-q4_k_m", "iphone-15-pro", { context: 16_384, entitlement: true })).toBe("runs");
    expect(verdict("llama-3.2-1b-instruct", "safetensors-int4", "iphone-15-pro")).toBe("runs");
    expect(verdict("smollm3-3b", "gguf-q4_k_m", "iphone-15-pro")).toBe("unknown");
    expect(verdict("phi-2", "pllm", "iphone-15-pro")).toBe("unsupported");
  });

  it("is the catalog's document for programs, for each row on each device, and invents no sum", () => {
    for (const one of rows) {
      for (const column of [device("iphone-15-pro"), device("mac-m2"), device("browser-8gb")]) {
        const document = compatibilityDocument(one, column, question);
        expect(parse(compatibilitySchema, document, "cell")).toEqual(document);
        if (document.memory === undefined) expect(["runs", "tight"]).not.toContain(document.verdict);
      }
    }
  });

  it("knows the longest context with which it still runs", () => {
    const [model, phone] = [row("llama-3.2-3b-instruct", "gguf-q4_k_m"), device("iphone-15-pro")];
    const longest = longestContext(model, phone, false) ?? 0;
    expect(longest).toBeGreaterThanOrEqual(4096);
    expect(longestContext(model, phone, true)).toBeGreaterThan(longest);
    expect(longestContext(row("llama-3.1-8b-instruct", "gguf-q8_0"), phone, false)).toBeUndefined();
  });
});

it("gives a page of what is asked, cells in the order of its columns", () => {
  const columns = [device("computer-16gb"), device("iphone-13")];
  const page = matrixPage(rows, columns, { ...question, limit: 7, skip: 14 });
  expect(page.total).toBe(rows.length);
  expect(page.rows.map((one) => one.row)).toEqual(rows.slice(14, 21));
  for (const { row: one, cells } of page.rows) expect(cells).toEqual(columns.map((column) => cellOf(one, column, question)));
});

it.each(["iphone-15-pro", "computer-8gb", "browser-8gb"])("recommends for %s what the package answers by itself, with no hub in reach", (id) => {
  const need = { contextSize: 8192, preference: "speed" as const };
  const here = rankCandidates(
    rows.flatMap((one) => one.factsAt(need.contextSize) ?? []),
    reckonedDevice(device(id), false),
    need,
  );
  const offline = rankListed(manifests, frameworkProfiles, device(id), need);
  const order = (ranking: typeof here) => ranking.choices.map(({ model, variant, framework, reasons }) => [model, variant.id, framework, ...reasons]);
  expect(order(here).length).toBeGreaterThan(3);
  expect(order(here)).toEqual(order(offline));
});

describe("an address", () => {
  it("is the whole question, and reads back as it was", () => {
    const query = { q: "qwen", framework: "llama.cpp", context: 8192, device: ["iphone-13", "computer-16gb"], entitlement: true, fits: "iphone-13" };
    const address = matrixAddress(query, 3);
    expect(address).toBe("/matrix?q=qwen&framework=llama.cpp&fits=iphone-13&context=8192&device=iphone-13%2Ccomputer-16gb&entitlement=1&page=3");
    const read = readMatrixAddress(Object.fromEntries(new URLSearchParams(address.split("?")[1])));
    expect(read).toMatchObject({ page: 3, query });
    expect(matrixAddress({ context: 4096 })).toBe("/matrix");
    expect(cellAddress({ model: "a", variant: "b", framework: undefined, device: "c", context: 4096, entitlement: false })).toBe(
      "/matrix/cell?model=a&variant=b&device=c",
    );
  });

  it("leaves out what nobody understands, takes a box for each device, and no more than fit", () => {
    expect(readMatrixAddress({ q: "", context: "many", device: "No Id", page: "0", limit: "9999", other: "x" })).toMatchObject({
      page: 1,
      query: { context: 4096, limit: 20, skip: 0 },
    });
    expect(readMatrixAddress({ device: ["iphone-13", "iphone-14"] }).query.device).toEqual(["iphone-13", "iphone-14"]);
    expect(readMatrixAddress({ device: devices.slice(0, 40).map(({ id }) => id) }).query.device).toHaveLength(12);
    expect(readNeedAddress({ capability: ["chat", "tools"], context: "x", prefer: "beauty" }).need).toMatchObject({
      device: "iphone-15-pro",
      capability: ["chat", "tools"],
      context: 4096,
      prefer: "quality",
    });
  });
});

it("reckons a model with no more than it was trained for, and says so", () => {
  const found = cellOf(row("tinyllama-1.1b-chat-v1.0", "gguf-q4_k_m"), device("iphone-15-pro"), { context: 32_768, entitlement: false });
  expect(found).toMatchObject({ verdict: "runs" });
  expect(found.reasons.at(-1)).toBe("It was trained for 2048 tokens, and is reckoned with those.");
  expect(longestContext(row("tinyllama-1.1b-chat-v1.0", "gguf-q4_k_m"), device("iphone-15-pro"), false)).toBe(2048);
});
