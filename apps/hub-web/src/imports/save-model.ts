import type { Manifest } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { modelFields, variantRows } from "../starter/create-model.ts";

/** Writes a model as a manifest says, and its variants anew. */
export async function saveModel(transaction: Transaction, { variants, ...model }: Manifest): Promise<void> {
  const none = { tokenizer: Prisma.DbNull, chatTemplate: Prisma.DbNull, defaults: Prisma.DbNull };
  const { id, ...fields } = { ...none, ...modelFields(model) };
  await transaction.variant.deleteMany({ where: { modelId: id } });
  const rows = { create: variantRows(variants.map(({ artifacts, ...variant }) => ({ variant, artifacts }))) };
  await transaction.model.upsert({ where: { id }, create: { id, ...fields, variants: rows }, update: { ...fields, variants: rows } });
}
