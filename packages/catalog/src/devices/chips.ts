const wikipedia = (article: string) => `Wikipedia's article on the ${article}`;

/** Chips whose cores are the same in every device, with how many of them are fast and how many efficient, and who says so. */
export const chips = {
  a10X: { chip: "A10X Fusion", performance: 3, efficiency: 3, coresSource: "iPhoneOS.ru's article on the A10X" },
  a12: { chip: "A12 Bionic", performance: 2, efficiency: 4, coresSource: "Engadget, on Apple's event of September 2018" },
  a12X: { chip: "A12X Bionic", performance: 4, efficiency: 4, coresSource: wikipedia("A12X") },
  a12Z: { chip: "A12Z Bionic", performance: 4, efficiency: 4, coresSource: wikipedia("A12X and A12Z") },
  a13: { chip: "A13 Bionic", performance: 2, efficiency: 4, coresSource: wikipedia("A13") },
  a14: { chip: "A14 Bionic", performance: 2, efficiency: 4, coresSource: wikipedia("A14") },
  a15: { chip: "A15 Bionic", performance: 2, efficiency: 4, coresSource: "CPU-Monkey's page on the A15" },
  a16: { chip: "A16 Bionic", performance: 2, efficiency: 4, coresSource: wikipedia("A16") },
  a17Pro: { chip: "A17 Pro", performance: 2, efficiency: 4, coresSource: "Business Standard, on Apple's event of September 2023" },
  a18: { chip: "A18", performance: 2, efficiency: 4, coresSource: "Notebookcheck, on Apple's event of September 2024" },
  a18Pro: { chip: "A18 Pro", performance: 2, efficiency: 4, coresSource: "Notebookcheck, on Apple's event of September 2024" },
  a19: { chip: "A19", performance: 2, efficiency: 4, coresSource: wikipedia("A19") },
  a19Pro: { chip: "A19 Pro", performance: 2, efficiency: 4, coresSource: wikipedia("A19") },
  m1: { chip: "M1", performance: 4, efficiency: 4, coresSource: "Notebookcheck's comparison of the M1 and the M2" },
  m2: { chip: "M2", performance: 4, efficiency: 4, coresSource: "MacRumors, on Apple's announcement of June 2022" },
  m3: { chip: "M3", performance: 4, efficiency: 4, coresSource: wikipedia("M3") },
} as const;
