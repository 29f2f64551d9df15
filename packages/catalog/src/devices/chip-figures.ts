/** What holds for a chip wherever it is built in. Absent: nobody says, or it depends on the device. */
export interface ChipFigures {
  gigabytesPerSecond?: { value: number; source: string };
  neuralEngineCores?: { value: number; source: string };
}

const apple = "Apple's technical specifications of the chip";
const announced = (value: number) => ({ value, source: "Apple's announcement of the chip" });
const neural = (value: number) => ({ value, source: apple });

/** 64 bits at 4,266 and 6,400 million transfers a second. */
const lpddr4x = { value: 34.1, source: "LPDDR4X-4266 on 64 bits; Apple gives the A16 half as much again" };
const lpddr5 = { value: 51.2, source: "LPDDR5-6400 on 64 bits, as collected from teardowns" };
const lpddr5x = { value: 59.9, source: "Apple: 17 % more than the A17 Pro" };

export const chipFigures: Readonly<Record<string, ChipFigures>> = {
  "A12 Bionic": { neuralEngineCores: neural(8) },
  "A12X Bionic": { neuralEngineCores: neural(8) },
  "A12Z Bionic": { neuralEngineCores: neural(8) },
  "A13 Bionic": { neuralEngineCores: neural(8) },
  "A14 Bionic": { neuralEngineCores: neural(16), gigabytesPerSecond: lpddr4x },
  "A15 Bionic": { neuralEngineCores: neural(16), gigabytesPerSecond: lpddr4x },
  "A16 Bionic": { neuralEngineCores: neural(16), gigabytesPerSecond: lpddr5 },
  A16: { neuralEngineCores: neural(16), gigabytesPerSecond: lpddr5 },
  "A17 Pro": { neuralEngineCores: neural(16), gigabytesPerSecond: lpddr5 },
  A18: { neuralEngineCores: neural(16), gigabytesPerSecond: lpddr5x },
  "A18 Pro": { neuralEngineCores: neural(16), gigabytesPerSecond: lpddr5x },
  A19: { neuralEngineCores: neural(16) },
  "A19 Pro": { neuralEngineCores: neural(16) },
  M1: { neuralEngineCores: neural(16), gigabytesPerSecond: { value: 68.2, source: "LPDDR4X-4266 on 128 bits; Apple gives the M2 half as much again" } },
  M2: { neuralEngineCores: neural(16), gigabytesPerSecond: announced(100) },
  M3: { neuralEngineCores: neural(16), gigabytesPerSecond: announced(100) },
  M4: { neuralEngineCores: neural(16), gigabytesPerSecond: announced(120) },
  M5: { neuralEngineCores: neural(16), gigabytesPerSecond: announced(153) },
};
