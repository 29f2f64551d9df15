/** Instruction sets that frameworks choose kernels by: what Linux, macOS and `Processor.features` call them. */
const names: readonly [plain: string, linux: readonly string[], macos: readonly string[]][] = [
  ["avx", ["avx"], ["hw.optional.avx1_0"]],
  ["avx2", ["avx2"], ["hw.optional.avx2_0"]],
  ["fma", ["fma"], ["hw.optional.fma"]],
  ["f16c", ["f16c"], ["hw.optional.f16c"]],
  ["avx512", ["avx512f"], ["hw.optional.avx512f"]],
  ["avx512-vnni", ["avx512_vnni"], ["hw.optional.avx512vnni"]],
  ["avx512-bf16", ["avx512_bf16"], []],
  ["avx-vnni", ["avx_vnni"], []],
  ["amx-int8", ["amx_int8"], []],
  ["neon", ["asimd", "neon"], ["hw.optional.AdvSIMD", "hw.optional.neon"]],
  ["fp16", ["asimdhp"], ["hw.optional.arm.FEAT_FP16"]],
  ["dotprod", ["asimddp"], ["hw.optional.arm.FEAT_DotProd"]],
  ["i8mm", ["i8mm"], ["hw.optional.arm.FEAT_I8MM"]],
  ["bf16", ["bf16"], ["hw.optional.arm.FEAT_BF16"]],
  ["sve", ["sve"], []],
  ["sve2", ["sve2"], []],
  ["sme", ["sme"], ["hw.optional.arm.FEAT_SME"]],
];

/** @param flags as /proc/cpuinfo lists them. */
export function featuresOfLinux(flags: ReadonlySet<string>): string[] {
  return names.filter(([, linux]) => linux.some((flag) => flags.has(flag))).map(([plain]) => plain);
}

/** @param values of sysctl, by key. */
export function featuresOfMacos(values: ReadonlyMap<string, string>): string[] {
  return names.filter(([, , macos]) => macos.some((key) => values.get(key) === "1")).map(([plain]) => plain);
}
