import { expect, test } from "vitest";
import { describeHardware } from "./describe-hardware.ts";

test("tells a laptop in one line", () => {
  const processor = { model: "Some processor", logicalCores: 8, performanceCores: 2, efficiencyCores: 4, features: ["avx2", "fma"] };
  const state = { availableMemoryBytes: 4e9, busyCores: 1.25, thermal: "fair", batteryLevel: 0.5, charging: true, lowPower: true } as const;
  expect(describeHardware({ processor, memory: { totalBytes: 16e9, limitBytes: 8e9 }, graphics: [{ accelerator: "metal" }] }, state)).toBe(
    "Some processor, 8 cores (2 fast, 4 efficient), 1.3 busy with other work, 16.0 GB of memory, of which 8.0 GB may be used, 4.0 GB free, metal, avx2 fma, heat: fair, battery at 50 %, charging, saving power",
  );
});

test("leaves out what is not known", () => {
  expect(describeHardware({ processor: { logicalCores: 1, features: [] }, memory: {}, graphics: [] })).toBe("a processor without a name, 1 core");
});
