import type { FloatType } from "../source/float-pieces.ts";
import type { Projection } from "../source/llama-weights.ts";
import type { WeightTensor } from "../source/open-weights.ts";
import { contrib, type Graph } from "./create-graph.ts";
import type { DataFile } from "./data-file.ts";

export interface LinearOptions {
  /** Write quantized matrices as 32-bit floats. */
  dequantize: boolean;
  /** Of MatMulNBits: 0 computes in 32-bit floats, 4 in 8-bit integers. */
  accuracyLevel: 0 | 4;
}

/** Multiplications with weights, in the form that fits their type. */
export interface Linear {
  /** `[…, columns]` to `[…, rows]`. @param to the name of the result. */
  multiply(projection: Projection, input: string, to: string): string;
  /** Token ids to rows of a matrix. */
  look(weight: WeightTensor, ids: string, to: string): string;
  /** A list of floats. */
  list(weight: WeightTensor): string;
}

export function createLinear(graph: Graph, data: DataFile, { dequantize, accuracyLevel }: LinearOptions): Linear {
  const sums = new Map<string, string>();
  const floatTypeOf = ({ type, layout }: WeightTensor): FloatType => (layout ? "F32" : (type as FloatType));

  function floats(weight: WeightTensor): string {
    const type = floatTypeOf(weight);
    return graph.stored(weight.name, type, [weight.rows, weight.columns], data.floats(weight, type));
  }

  /** Initializers of a matrix in blocks. The same bytes serve two operators that want them in different shapes. */
  function blocks(weight: WeightTensor, shapeOf: "matrix" | "table") {
    const { layout, rows, columns } = weight;
    if (!layout) throw new TypeError(`${weight.name} has no blocks`);
    const { integers, scales, minima } = data.blocks(weight);
    const count = columns / layout.blockElements;
    const bytes = (columns * layout.bits) / 8;
    const name = `${weight.name}_${shapeOf}`;
    const zeroBytes = Math.ceil((count * layout.bits) / 8);
    const zeroByte = layout.bits === 8 ? layout.zeroPoint : layout.zeroPoint * 17;
    const isUsual = layout.zeroPoint === 2 ** (layout.bits - 1);
    const zeros = `zero_points_${zeroByte}_${rows}_${zeroBytes}`;
    return {
      layout,
      integers: graph.stored(`${name}_blocks`, "U8", shapeOf === "matrix" ? [rows, count, bytes / count] : [rows, bytes], integers),
      scales: graph.stored(`${weight.name}_scales`, "F32", [rows, count], scales),
      zeroPoints: isUsual
        ? ""
        : graph.stored(
            zeros,
            "U8",
            [rows, zeroBytes],
            data.bytes(`${zeroByte} ${rows * zeroBytes}`, () => new Uint8Array(rows * zeroBytes).fill(zeroByte), rows * zeroBytes),
          ),
      minima: layout.hasMinima ? graph.stored(`${weight.name}_minima`, "F32", [rows, count], minima) : undefined,
    };
  }

  /** Sums of the input within each block, once for all matrices that take it. */
  function blockSums(input: string, blockElements: number): string {
    const key = `${input}_sums_${blockElements}`;
    const found = sums.get(key);
    if (found) return found;
    const split = graph.node("Reshape", `${key}_split`, [input, graph.integers(`split_${blockElements}`, [0, 0, -1, blockElements])]);
    const summed = graph.node("ReduceSum", key, [split, graph.integers("last_of_four", [3])], { attributes: { keepdims: { int: 0 } } });
    sums.set(key, summed);
    return summed;
  }

  function product(weight: WeightTensor, input: string, to: string): string {
    if (!weight.layout || dequantize) {
      const stored = floats(weight);
      const matrix = floatTypeOf(weight) === "F32" ? stored : castOnce(stored);
      return graph.node("FusedMatMul", to, [input, matrix], { domain: contrib, attributes: { transB: { int: 1 } } });
    }
    const { layout, integers, scales, zeroPoints, minima } = blocks(weight, "matrix");
    const attributes = {
      K: { int: weight.columns },
      N: { int: weight.rows },
      bits: { int: layout.bits },
      block_size: { int: layout.blockElements },
      accuracy_level: { int: accuracyLevel },
    };
    const inputs = [input, integers, scales, ...(zeroPoints ? [zeroPoints] : [])];
    if (!minima) return graph.node("MatMulNBits", to, inputs, { domain: contrib, attributes });
    const scaled = graph.node("MatMulNBits", `${to}_scaled`, inputs, { domain: contrib, attributes });
    const rest = graph.node("FusedMatMul", `${to}_minima`, [blockSums(input, layout.blockElements), minima], {
      domain: contrib,
      attributes: { transB: { int: 1 } },
    });
    return graph.node("Add", to, [scaled, rest]);
  }

  const cast = new Map<string, string>();
  /** Half the bytes on disk; loading widens them once, as constants are folded. */
  function castOnce(stored: string): string {
    const found = cast.get(stored) ?? graph.node("Cast", `${stored}_f32`, [stored], { attributes: { to: { int: 1 } } });
    cast.set(stored, found);
    return found;
  }

  return {
    multiply({ weight, bias }, input, to) {
      if (!bias) return product(weight, input, to);
      return graph.node("Add", to, [product(weight, input, `${to}_unbiased`), this.list(bias)]);
    },
    list: (weight) => graph.stored(weight.name, "F32", [weight.rows * weight.columns], data.floats(weight, "F32")),
    look(weight, ids, to) {
      if (!weight.layout || dequantize) {
        if (floatTypeOf(weight) === "F32") return graph.node("Gather", to, [floats(weight), ids]);
        return graph.node("Cast", to, [graph.node("Gather", `${to}_rows`, [floats(weight), ids])], { attributes: { to: { int: 1 } } });
      }
      const { layout, integers, scales, zeroPoints, minima } = blocks(weight, "table");
      const attributes = { bits: { int: layout.bits }, block_size: { int: layout.blockElements }, gather_axis: { int: 0 }, quantize_axis: { int: 1 } };
      const inputs = [integers, ids, scales, ...(zeroPoints ? [zeroPoints] : [])];
      if (!minima) return graph.node("GatherBlockQuantized", to, inputs, { domain: contrib, attributes });
      const scaled = graph.node("GatherBlockQuantized", `${to}_scaled`, inputs, { domain: contrib, attributes });
      const split = graph.node("Reshape", `${to}_split`, [scaled, graph.integers(`split_${layout.blockElements}`, [0, 0, -1, layout.blockElements])]);
      const minimum = graph.node("Unsqueeze", `${to}_minima`, [graph.node("Gather", `${to}_minima_rows`, [minima, ids]), graph.integers("last_of_four", [3])]);
      return graph.node("Reshape", to, [graph.node("Add", `${to}_sum`, [split, minimum]), graph.integers("rows_of_width", [0, 0, weight.columns])]);
    },
  };
}
