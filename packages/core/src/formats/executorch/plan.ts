import type { Table } from "../flatbuffer.ts";
import { type Refusal, shown } from "../invalid-format.ts";

/** A function of a program that can be called. */
export interface PteMethod {
  name: string;
  inputs: number;
  outputs: number;
  /** Backends that parts of it are compiled for: "XnnpackBackend". */
  delegates: readonly string[];
  /** What it returns, when that is a whole number that never changes: how models say their context length. */
  constant?: number;
}

export interface PlanContext {
  refuse: Refusal;
  file: string;
  constants: number;
  segments: number;
  inlineDelegates: number;
}

/** Kinds of values and instructions, as the format numbers them. */
const [integerValue, tensorValue] = [2, 5];
const [kernelCall, delegateCall, moveCall, jumpFalseCall, freeCall] = [1, 2, 3, 4, 5];
const mostDimensions = 16;
const mostInstructions = 1_000_000;

export async function readPlan(plan: Table, context: PlanContext): Promise<PteMethod> {
  const name = (await plan.text(0, "the name of a method")) ?? "";
  const wrong = (what: string) => context.refuse(`the method ${shown(name)} ${what}`, { file: context.file, byte: plan.position, name });
  const integers = new Map<number, number>();
  let values = 0;
  for await (const value of plan.tables(2, "a value")) {
    const kind = value.unsigned(0, 1);
    const content = await value.table(1, "a value");
    if (kind === integerValue && content) integers.set(values, content.signed(0, 8));
    if (kind === tensorValue) await checkTensor(content, context, wrong);
    values += 1;
  }
  const check = (indices: readonly number[], count: number, what: string): void => {
    const bad = indices.find((index) => index < 0 || index >= count);
    if (bad !== undefined) throw wrong(`refers to ${what} ${bad} of ${count}`);
  };
  const [inputs, outputs] = [await plan.integers(3, 4, "the inputs"), await plan.integers(4, 4, "the outputs")];
  check([...inputs, ...outputs], values, "the value");
  let operators = 0;
  for await (const operator of plan.tables(6, "an operator")) {
    if (!(await operator.text(0, "the name of an operator"))) throw wrong("has an operator without a name");
    operators += 1;
  }
  const delegates: string[] = [];
  for await (const delegate of plan.tables(7, "a delegate")) {
    delegates.push((await delegate.text(0, "the name of a backend")) ?? "");
    const data = await delegate.table(1, "the data of a delegate");
    if (data) check([data.unsigned(1, 4)], data.unsigned(0, 1) === 1 ? context.segments : context.inlineDelegates, "the delegate data");
  }
  for await (const chain of plan.tables(5, "a chain")) await checkChain(chain, { check, wrong, values, operators, delegates: delegates.length });
  const constant = inputs.length === 0 && outputs.length === 1 ? integers.get(outputs[0] ?? -1) : undefined;
  return { name, inputs: inputs.length, outputs: outputs.length, delegates: [...new Set(delegates)], ...(constant === undefined ? {} : { constant }) };
}

async function checkTensor(tensor: Table | undefined, context: PlanContext, wrong: (what: string) => Error): Promise<void> {
  if (!tensor) throw wrong("has a tensor without content");
  const sizes = await tensor.integers(2, 4, "the shape of a tensor");
  const order = await tensor.vector(3, 1, "the order of dimensions");
  if (sizes.length > mostDimensions || sizes.some((size) => size < 0))
    throw wrong(`has a tensor of an impossible shape (${sizes.slice(0, mostDimensions).join(" × ")})`);
  if (order && order.count !== sizes.length) throw wrong(`has a tensor of ${sizes.length} dimensions that orders ${order.count}`);
  const buffer = tensor.unsigned(5, 4);
  const [isMutable, hasMore] = [tensor.has(6), tensor.has(9)];
  // What may lie elsewhere, in the segments of values that change or in another file, is left to the runtime.
  if (!isMutable && !hasMore && buffer > 0 && buffer >= context.constants) throw wrong(`refers to the constant ${buffer} of ${context.constants}`);
}

interface ChainContext {
  check(indices: readonly number[], count: number, what: string): void;
  wrong(what: string): Error;
  values: number;
  operators: number;
  delegates: number;
}

async function checkChain(chain: Table, { check, wrong, values, operators, delegates }: ChainContext): Promise<void> {
  check([...(await chain.integers(0, 4, "a chain's inputs")), ...(await chain.integers(1, 4, "a chain's outputs"))], values, "the value");
  const list = await chain.vector(2, 4, "the instructions");
  const count = list?.count ?? 0;
  if (count > mostInstructions) throw wrong(`has ${count} instructions; ${mostInstructions} is the most`);
  for await (const instruction of chain.tables(2, "an instruction")) {
    const kind = instruction.unsigned(0, 1);
    const content = await instruction.table(1, "an instruction");
    if (!content) throw wrong("has an instruction without content");
    if (kind === kernelCall || kind === delegateCall) {
      check([content.signed(0, 4)], kind === kernelCall ? operators : delegates, kind === kernelCall ? "the operator" : "the delegate");
      check(await content.integers(1, 4, "the arguments of a call"), values, "the value");
    } else if (kind === moveCall) check([content.signed(0, 4), content.signed(1, 4)], values, "the value");
    else if (kind === jumpFalseCall) {
      check([content.signed(0, 4)], values, "the value");
      check([content.signed(1, 4)], count + 1, "the instruction");
    } else if (kind === freeCall) check([content.signed(0, 4)], values, "the value");
    else throw wrong(`has an instruction of the unknown kind ${kind}`);
  }
}
