/** Chips whose cores are the same in every device, with how many of them are fast and how many efficient. */
export const chips = {
  a12: { chip: "A12 Bionic", performance: 2, efficiency: 4 },
  a12X: { chip: "A12X Bionic", performance: 4, efficiency: 4 },
  a12Z: { chip: "A12Z Bionic", performance: 4, efficiency: 4 },
  a13: { chip: "A13 Bionic", performance: 2, efficiency: 4 },
  a14: { chip: "A14 Bionic", performance: 2, efficiency: 4 },
  a15: { chip: "A15 Bionic", performance: 2, efficiency: 4 },
  a16: { chip: "A16 Bionic", performance: 2, efficiency: 4 },
  a17Pro: { chip: "A17 Pro", performance: 2, efficiency: 4 },
  a18: { chip: "A18", performance: 2, efficiency: 4 },
  a18Pro: { chip: "A18 Pro", performance: 2, efficiency: 4 },
  a19: { chip: "A19", performance: 2, efficiency: 4 },
  a19Pro: { chip: "A19 Pro", performance: 2, efficiency: 4 },
  m1: { chip: "M1", performance: 4, efficiency: 4 },
  m2: { chip: "M2", performance: 4, efficiency: 4 },
  m3: { chip: "M3", performance: 4, efficiency: 4 },
  a10X: { chip: "A10X Fusion", performance: 3, efficiency: 3 },
} as const;
