import type { Compatibility as CompatibilityDocument, Device } from "@tenfold/catalog";
import { type Compatibility, compatibilityOf, selectionDeviceOf } from "@tenfold/core/selection";
import type { MatrixRow } from "./matrix-rows.ts";

export interface CellQuestion {
  readonly context: number;
  readonly entitlement: boolean;
}

const devices = new WeakMap<Device, Map<boolean, ReturnType<typeof selectionDeviceOf>>>();

/** A device as it is reckoned with, made once. */
export function reckonedDevice(device: Device, increasedMemory: boolean): ReturnType<typeof selectionDeviceOf> {
  const made = devices.get(device) ?? new Map();
  devices.set(device, made);
  const known = made.get(increasedMemory) ?? selectionDeviceOf(device, { increasedMemory });
  made.set(increasedMemory, known);
  return known;
}

/** By the rules of `@tenfold/core` alone: what a phone decides for itself. */
export function cellOf(row: MatrixRow, device: Device, { context, entitlement }: CellQuestion): Compatibility {
  const contextSize = cellContext(row, context);
  const facts = row.factsAt(contextSize);
  if (!facts) return { verdict: "unsupported", reasons: [noFramework(row)] };
  const cell = compatibilityOf(facts, reckonedDevice(device, entitlement), { contextSize });
  if (contextSize === context) return cell;
  return { ...cell, reasons: [...cell.reasons, `It was trained for ${contextSize} tokens, and is reckoned with those.`] };
}

/** A model is reckoned with no more than it was trained for. */
export function cellContext({ model: { contextLength } }: MatrixRow, context: number): number {
  return Math.min(context, contextLength ?? context);
}

function noFramework({ variant: { format, frameworks } }: MatrixRow): string {
  const named = frameworks?.length
    ? `Its publisher names ${frameworks.join(" and ")} for it, of which this hub has no profile.`
    : `No framework that this hub has a profile of takes ${format}.`;
  return `${named} Whether it runs is decided by an application that has one.`;
}

/** A cell as the catalog's schema has it, for programs. */
export function compatibilityDocument(row: MatrixRow, device: Device, question: CellQuestion): CompatibilityDocument {
  const { verdict, reasons, estimate, neededBytes, budgetBytes, performance } = cellOf(row, device, question);
  const bytes = (...names: string[]) => estimate?.terms.filter(({ name }) => names.includes(name)).reduce((sum, term) => sum + term.bytes, 0) ?? 0;
  const wholly = estimate && !estimate.unknown;
  return {
    ...{ model: row.model.id, variant: row.variant.id, framework: row.profile?.framework ?? row.variant.frameworks?.[0] ?? "unknown", device: device.id },
    contextSize: cellContext(row, question.context),
    verdict,
    reasons: [...reasons],
    ...(wholly ? { memory: { weightsBytes: bytes("weights"), kvCacheBytes: bytes("kv-cache", "recurrent-state"), computeBytes: bytes("compute") } } : {}),
    ...(neededBytes === undefined ? {} : { neededBytes }),
    ...(budgetBytes === undefined ? {} : { budgetBytes: Math.floor(budgetBytes) }),
    ...(performance ? { speed: { ...performance } } : {}),
  };
}
