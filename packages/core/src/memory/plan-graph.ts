import { type BufferSpace, createBufferSpace } from "./buffer-space.ts";

/** A result of a computation: how large it is and what it is made from. Weights and caches are not among them. */
export interface GraphTensor {
  bytes: number;
  sources: readonly GraphTensor[];
  /** The result whose memory this one shows: a reshape, a part. */
  viewOf?: GraphTensor;
  /** May take the place of a source of the same size that nothing else needs. */
  inPlace?: boolean;
  /** Written before the computation begins. */
  input?: boolean;
  /** Read after it has ended. */
  output?: boolean;
}

interface Use {
  children: number;
  views: number;
  /** Where it lies, while it does. */
  offset: number | undefined;
}

/**
 * How large one buffer has to be in which a computation puts its results, each freed after its last use: inputs first, best fit, a result
 * in place of its source where that is possible. These are the rules of ggml's graph allocator (ggml/src/ggml-alloc.c of llama.cpp); they
 * are followed to the letter because the gaps that they leave are a part of the size.
 * @param nodes in the order in which they are computed.
 * @returns bytes.
 */
export function planGraph(nodes: readonly GraphTensor[]): number {
  const space = createBufferSpace();
  const uses = new Map<GraphTensor, Use>();
  for (const node of nodes) {
    if (node.viewOf) useOf(uses, node.viewOf).views += 1;
    if (node.input) place(node, uses, space);
    for (const source of node.sources) {
      useOf(uses, source).children += 1;
      if (source.input) place(source, uses, space);
    }
  }
  for (const node of nodes) {
    place(node, uses, space);
    for (const source of node.sources) {
      const use = useOf(uses, source);
      use.children -= 1;
      if (use.children > 0 || use.views > 0) continue;
      if (source.viewOf) useOf(uses, source.viewOf).views -= 1;
      release(source.viewOf ?? source, uses, space);
    }
  }
  return space.peakBytes();
}

function useOf(uses: Map<GraphTensor, Use>, tensor: GraphTensor): Use {
  const found = uses.get(tensor) ?? { children: 0, views: 0, offset: undefined };
  uses.set(tensor, found);
  return found;
}

function place(tensor: GraphTensor, uses: Map<GraphTensor, Use>, space: BufferSpace): void {
  const use = useOf(uses, tensor);
  if (use.offset !== undefined || tensor.viewOf || tensor.bytes === 0) return;
  const replaced = tensor.inPlace ? replaceable(tensor, uses) : undefined;
  use.offset = replaced?.offset ?? space.take(tensor.bytes);
  if (replaced) replaced.offset = undefined;
}

function release(tensor: GraphTensor, uses: Map<GraphTensor, Use>, space: BufferSpace): void {
  const use = useOf(uses, tensor);
  if (use.children > 0 || use.views > 0 || use.offset === undefined || tensor.output) return;
  space.giveBack(use.offset, tensor.bytes);
  use.offset = undefined;
}

/** The first source whose memory can be taken over. */
function replaceable(tensor: GraphTensor, uses: Map<GraphTensor, Use>): Use | undefined {
  for (const source of tensor.sources) {
    const root = source.viewOf ?? source;
    const [use, its] = [useOf(uses, source), useOf(uses, root)];
    if (root.output || root.bytes !== tensor.bytes || source.bytes !== tensor.bytes || its.offset === undefined) continue;
    const lastUse = use.children === 1 && use.views === 0;
    if (lastUse && (source === root || (its.views === 1 && its.children === 0))) return its;
  }
  return undefined;
}
