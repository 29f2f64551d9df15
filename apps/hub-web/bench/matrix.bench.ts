import { type Device, type FrameworkProfile, type Manifest, manifestSchema, parse } from "@tenfold/catalog";
import { devices } from "@tenfold/catalog/devices";
import { frameworkProfiles } from "../src/frameworks/framework-profiles.ts";
import { filterRows, matrixPage } from "../src/matrix/matrix.ts";
import { cellOf } from "../src/matrix/matrix-cell.ts";
import { matrixRows } from "../src/matrix/matrix-rows.ts";

// The matrix of a large hub, in one process and without its database: what a page, a filter and the whole of it cost.
const [variantCount, deviceCount, frameworkCount] = [5000, 80, 10];
const quantizations = ["Q4_0", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0"];

const profiles: FrameworkProfile[] = Array.from({ length: frameworkCount }, (_, index) => {
  const profile = frameworkProfiles[index % frameworkProfiles.length];
  if (!profile) throw new Error("there is no profile");
  return index < frameworkProfiles.length ? profile : { ...profile, framework: `${profile.framework}-${index}` };
});
const columns: Device[] = Array.from({ length: deviceCount }, (_, index) => {
  const device = devices[index % devices.length];
  if (!device) throw new Error("there is no device");
  return index < devices.length ? device : { ...device, id: `${device.id}-${index}` };
});
const models: Manifest[] = Array.from({ length: variantCount / quantizations.length }, (_, index) => {
  const layerCount = 12 + (index % 40);
  const dimensions = {
    layerCount,
    embeddingLength: 2048,
    headCount: 32,
    kvHeadCount: 8,
    headLength: 64,
    feedForwardLength: 8192,
    vocabularySize: 128_256,
    source: "made up for a benchmark",
  };
  return parse(
    manifestSchema,
    {
      ...{
        schemaVersion: 1,
        id: `model-${index}`,
        name: `Model ${index}`,
        publisher: "Nobody",
        description: "",
        licence: { id: "MIT", gated: false },
        capabilities: ["chat"],
      },
      ...{ architecture: "llama", parameterCount: 60_000_000 * layerCount + index, contextLength: 131_072, dimensions },
      // Half in the format that one framework takes, half in those of the others.
      variants: quantizations.map((quantization, place) => ({
        id: `v${place}`,
        format: place % 2 === 0 ? "gguf" : (profiles[1 + (place % (profiles.length - 1))]?.formats[0] ?? "gguf"),
        ...(place % 2 === 0 ? { quantization } : { quantization: "4-bit" }),
        artifacts: [{ path: "weights", role: "weights", sources: [] }],
      })),
    },
    "model",
  );
});

let rows = matrixRows(models, profiles);
const question = { context: 4096, entitlement: false };
const page = { limit: 20, skip: 0 };
console.log(
  `${models.length * quantizations.length} variants under ${profiles.length} frameworks (${rows.length} pairs that go together) on ${columns.length} devices`,
);
measure("rows from manifests", () => (rows = matrixRows(models, profiles)));
measure("first page, 20 rows × 6 devices", () => matrixPage(rows, columns.slice(0, 6), { ...question, ...page }));
measure("the same page again", () => matrixPage(rows, columns.slice(0, 6), { ...question, ...page }));
measure("the same page, another context", () => matrixPage(rows, columns.slice(0, 6), { ...question, ...page, context: 16_384 }));
measure("20 rows × 80 devices", () => matrixPage(rows, columns, { ...question, ...page, skip: 100 }));
measure("words that few rows have", () => filterRows(rows, columns, { ...question, q: "model 77 q8_0" }));
measure("rows that run on one device, first", () => filterRows(rows, columns, { ...question, fits: columns[20]?.id }));
measure("rows that run on another device", () => filterRows(rows, columns, { ...question, fits: columns[21]?.id }));
measure(`all ${rows.length * columns.length} cells`, () => {
  for (const row of rows) for (const device of columns) cellOf(row, device, question);
});
console.log(`${Math.round(process.memoryUsage().heapUsed / 1e6)} MB of heap in the end`);

function measure(name: string, work: () => unknown): void {
  const start = process.cpuUsage();
  const startMs = performance.now();
  work();
  const used = process.cpuUsage(start);
  console.log(
    `${name.padEnd(36)} ${((used.user + used.system) / 1000).toFixed(1).padStart(9)} ms of CPU, ${(performance.now() - startMs).toFixed(1).padStart(9)} ms`,
  );
}
