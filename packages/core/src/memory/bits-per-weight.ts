/**
 * What a weight takes on average, scales and the parts that stay finer included. GGUF: the files of Llama 3.1 8B, as llama.cpp's notes on quantization
 * list them. Other formats: bits plus one 16-bit scale (and one offset, where there is one) for each group of 32 or 64.
 */
const bitsPerWeight: Readonly<Record<string, number>> = {
  F32: 32,
  F16: 16,
  BF16: 16,
  Q8_0: 8.5,
  Q6_K: 6.56,
  Q5_K_M: 5.7,
  Q5_K_S: 5.57,
  Q5_1: 6.07,
  Q5_0: 5.59,
  Q4_K_M: 4.89,
  Q4_K_S: 4.67,
  Q4_1: 5.12,
  Q4_0: 4.64,
  IQ4_NL: 4.68,
  IQ4_XS: 4.46,
  Q3_K_L: 4.3,
  Q3_K_M: 4,
  Q3_K_S: 3.64,
  Q2_K: 3.16,
  MXFP4: 4.25,
  MXFP4_MOE: 4.25,
  "8-bit": 8.5,
  "6-bit": 6.5,
  "5-bit": 5.5,
  "4-bit": 4.5,
  "3-bit": 3.5,
  "2-bit": 2.5,
  q0f32: 32,
  q0f16: 16,
  q4f32_1: 5,
  q4f16_1: 4.5,
  q4f16_0: 4.5,
  q3f16_1: 3.5,
};

/** Undefined for a word that says nothing of a size. */
export function bitsPerWeightOf(quantization: string): number | undefined {
  return bitsPerWeight[quantization] ?? bitsPerWeight[quantization.toUpperCase()];
}
