import { TenfoldError } from "@tenfold/catalog";

/** A dimension as react-native-executorch states it: one length, or several. */
export type ProgramDimension =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "range"; readonly range: { readonly min: number; readonly max: number } }
  | { readonly kind: "enum"; readonly choices: readonly number[] };

export interface ProgramParameter {
  readonly kind: string;
  readonly dtype?: string;
  readonly shape?: readonly ProgramDimension[];
}

export type ProgramSchema = Readonly<Record<string, { readonly inputs: readonly ProgramParameter[]; readonly outputs: readonly ProgramParameter[] }>>;

/** How a decoder is called. The host in C++ reads the same of a program itself (host/layout.cpp). */
export interface ProgramLayout {
  /** What tells where tokens stand. "none": there is no cache, all tokens are given every time. */
  positions: "none" | "start" | "each";
  tokensType: "int64" | "int32";
  positionsType: "int64" | "int32";
  mostAtOnce: number;
  /** Whether a pass takes that many tokens and no fewer. */
  isStatic: boolean;
  /** Whether a pass gives logits for all of its tokens, or for the last; and in how many dimensions. */
  givesAllRows: boolean;
  logitsDimensions: 2 | 3;
  vocabularySize: number;
  contextSize: number;
}

/**
 * @param constant what a method without inputs gives, undefined where it is not there.
 * @throws TenfoldError `unsupported-format` saying what the method lacks.
 */
export function readProgramLayout(schema: ProgramSchema, method: string, constant: (name: string) => number | undefined): ProgramLayout {
  const spec = schema[method];
  if (!spec) throw unsuitable(method, "is not there");
  const [tokens, positions] = spec.inputs;
  const [logits] = spec.outputs;
  if (!tokens || spec.inputs.length > 2) throw unsuitable(method, `takes ${spec.inputs.length} inputs; tokens and positions are what can be given`);
  const tokensType = wholeOf(tokens);
  const [batch, count] = tokens.shape ?? [];
  if (!tokensType || !batch || !count || tokens.shape?.length !== 2 || mostOf(batch) !== 1)
    throw unsuitable(method, "does not take tokens as whole numbers in the shape [1, n]");
  const logitsDimensions = logits?.shape?.length;
  const width = logits?.shape?.at(-1);
  if (logits?.dtype !== "float32" || !width || (logitsDimensions !== 2 && logitsDimensions !== 3)) {
    throw unsuitable(method, "does not give logits as 32-bit floats in the shape [1, vocabulary] or [1, n, vocabulary]");
  }
  const mostAtOnce = Math.min(mostOf(count), constant("get_max_seq_len") || Number.POSITIVE_INFINITY);
  const isStatic = count.kind === "constant";
  const rows = logitsDimensions === 3 ? mostOf(logits.shape?.[1]) : 1;
  const givesAllRows = logitsDimensions === 3 && rows === mostOf(count);
  if (!givesAllRows && rows !== 1) throw unsuitable(method, "gives logits for another number of tokens than it takes");
  const positionsType = positions ? wholeOf(positions) : "int64";
  const places = positions ? mostOf(positions.shape?.[0]) : 0;
  if (!positionsType || (positions && (positions.shape?.length !== 1 || (places !== 1 && places !== mostOf(count))))) {
    throw unsuitable(method, "does not take positions as whole numbers in the shape [1] or [n]");
  }
  if (isStatic && mostAtOnce > 1 && (positions || !givesAllRows)) throw unsuitable(method, `takes ${mostAtOnce} tokens at once, no fewer`);
  const stated = constant("get_max_context_len") ?? constant("get_max_seq_len") ?? 0;
  const contextSize = positions ? stated : Math.min(stated || mostAtOnce, mostAtOnce);
  if (contextSize < 1) throw unsuitable(method, "does not say how many tokens its cache takes, by get_max_context_len or get_max_seq_len");
  return {
    positions: !positions ? "none" : places === 1 ? "start" : "each",
    tokensType,
    positionsType,
    mostAtOnce,
    isStatic,
    givesAllRows,
    logitsDimensions,
    vocabularySize: mostOf(width),
    contextSize,
  };
}

function mostOf(dimension: ProgramDimension | undefined): number {
  if (!dimension) return 0;
  if (dimension.kind === "constant") return dimension.value;
  return dimension.kind === "range" ? dimension.range.max : Math.max(...dimension.choices);
}

function wholeOf({ kind, dtype }: ProgramParameter): "int64" | "int32" | undefined {
  return kind === "Tensor" && (dtype === "int64" || dtype === "int32") ? dtype : undefined;
}

function unsuitable(method: string, what: string): TenfoldError {
  return new TenfoldError("unsupported-format", `The method ${method} ${what}.`, {
    framework: "executorch",
    remedy: "Export a decoder: forward(tokens [1, n], and where there is a cache the first position [1] or all positions [n]) that gives logits.",
  });
}
