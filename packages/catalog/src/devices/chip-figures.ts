interface Figure {
  value: number;
  source: string;
}

/** What holds for a chip wherever it is built in. Absent: nobody was found to say it, or it depends on the device. */
export interface ChipFigures {
  gigabytesPerSecond?: Figure;
  neuralEngineCores?: Figure;
}

const says = (source: string, value: number): Figure => ({ value, source });
const wikipedia = (article: string, value: number) => says(`Wikipedia's article on the ${article}`, value);

/** Sources are pages that were looked up and say the figure. The A19 is left without a bandwidth: leaks alone give one. */
export const chipFigures: Readonly<Record<string, ChipFigures>> = {
  "A12 Bionic": { neuralEngineCores: says("Engadget, on Apple's event of September 2018", 8) },
  "A12X Bionic": { neuralEngineCores: says("WikiChip, which cites Apple", 8) },
  "A12Z Bionic": { neuralEngineCores: says("WikiChip on the A12X, the same chip by TechInsights' analysis", 8) },
  "A13 Bionic": { neuralEngineCores: wikipedia("A13", 8) },
  "A14 Bionic": { neuralEngineCores: wikipedia("A14", 16), gigabytesPerSecond: says("TopCPU's page on the A14", 34.1) },
  "A15 Bionic": { neuralEngineCores: says("CPU-Monkey's page on the A15", 16), gigabytesPerSecond: says("AskGeek and CPU-Monkey: LPDDR4X-4266", 34.1) },
  "A16 Bionic": {
    neuralEngineCores: wikipedia("A16", 16),
    gigabytesPerSecond: says("TopCPU's page on the A16; by Apple, half as much again as the A15", 51.2),
  },
  "A17 Pro": {
    neuralEngineCores: says("Punto Informatico, on Apple's event of September 2023", 16),
    gigabytesPerSecond: says("Top2Gadget's comparison of the A17 Pro and the A16", 51.2),
  },
  A18: {
    neuralEngineCores: says("PhoneArena, on Apple's event of September 2024", 16),
    gigabytesPerSecond: says("worked out: 17 % more than the A16's 51.2, as Notebookcheck reports of Apple's event", 59.9),
  },
  "A18 Pro": {
    neuralEngineCores: says("Notebookcheck's page on the A18 Pro", 16),
    gigabytesPerSecond: says("worked out: 17 % more than the A17 Pro's 51.2, as TechMehr reports of Apple's event", 59.9),
  },
  A19: { neuralEngineCores: wikipedia("A19", 16) },
  "A19 Pro": { neuralEngineCores: wikipedia("A19", 16) },
  M1: {
    neuralEngineCores: says("Notebookcheck's comparison of the M1 and the M2", 16),
    gigabytesPerSecond: says("Android Authority's comparison of the M1 and the M2; AskGeek has 66.67", 68.25),
  },
  M2: {
    neuralEngineCores: says("Salty News Network, on Apple's announcement of June 2022", 16),
    gigabytesPerSecond: says("MacRumors, on Apple's announcement of June 2022", 100),
  },
  M3: { neuralEngineCores: wikipedia("M3", 16), gigabytesPerSecond: says("AC ServerHub and GizmoHopper on the M3", 100) },
  M4: {
    neuralEngineCores: says("Engadget, on Apple's event of May 2024", 16),
    gigabytesPerSecond: says("Engadget, on Apple's event of May 2024", 120),
  },
  M5: {
    neuralEngineCores: says("The Decoder, on Apple's announcement of October 2025", 16),
    gigabytesPerSecond: says("The Decoder, on Apple's announcement of October 2025", 153),
  },
};
