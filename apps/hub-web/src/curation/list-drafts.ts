import { literal } from "../database/literal.ts";
import type { Transaction } from "../database/transaction.ts";
import { type ModelStatus, type StatusName, statusName } from "./model-status.ts";

export interface DraftSummary {
  readonly id: string;
  readonly name: string;
  readonly publisher: string;
  readonly status: ModelStatus;
  readonly statusName: StatusName;
  readonly revision: number;
  readonly variantCount: number;
  readonly updatedAt: string;
  /** Who saved last. */
  readonly updatedBy: string | undefined;
}

export interface DraftQuery {
  readonly q?: string | undefined;
  readonly status?: StatusName | undefined;
  readonly page: number;
}

export interface DraftList {
  readonly models: readonly DraftSummary[];
  readonly total: number;
  /** Of all models that the words fit. */
  readonly counts: Readonly<Record<StatusName, number>>;
}

export const draftsOnPage = 50;

/** Models as curators see them, what was changed last first. The states of all are computed in one query over four columns: nothing else of them is read. */
export async function listDrafts(database: Transaction, { q, status, page }: DraftQuery): Promise<DraftList> {
  const words = (q ?? "").trim();
  const contains = { contains: literal(words), mode: "insensitive" } as const;
  const [rows, published, revoked] = await Promise.all([
    database.model.findMany({
      where: words === "" ? {} : { OR: [{ id: contains }, { name: contains }, { publisher: contains }] },
      select: { id: true, state: true, approvedSha256: true, deprecation: true },
      orderBy: [{ updatedAt: "desc" }, { id: "asc" }],
    }),
    publishedDigests(database),
    revokedModels(database),
  ]);
  const counts: Record<StatusName, number> = { draft: 0, "in review": 0, approved: 0, published: 0, deprecated: 0, revoked: 0 };
  const all = rows.map((row) => {
    const rowStatus = statusOf(row, published, revoked);
    counts[statusName(rowStatus)] += 1;
    return { id: row.id, status: rowStatus };
  });
  const fitting = status === undefined ? all : all.filter((one) => statusName(one.status) === status);
  const shown = fitting.slice((page - 1) * draftsOnPage, page * draftsOnPage);
  const ids = shown.map(({ id }) => id);
  const [details, last] = await Promise.all([
    database.model.findMany({
      where: { id: { in: ids } },
      select: { id: true, name: true, publisher: true, revision: true, updatedAt: true, _count: { select: { variants: true } } },
    }),
    database.modelRevision.findMany({
      where: { modelId: { in: ids } },
      distinct: ["modelId"],
      orderBy: [{ modelId: "asc" }, { number: "desc" }],
      select: { modelId: true, actor: true },
    }),
  ]);
  const models = shown.flatMap((one) => {
    const row = details.find(({ id }) => id === one.id);
    if (row === undefined) return [];
    const { _count, updatedAt, ...rest } = row;
    return {
      ...rest,
      status: one.status,
      statusName: statusName(one.status),
      variantCount: _count.variants,
      updatedAt: updatedAt.toISOString(),
      updatedBy: last.find(({ modelId }) => modelId === one.id)?.actor,
    };
  });
  return { models, total: fitting.length, counts };
}

/** What the stable channel publishes of each model. */
export async function publishedDigests(database: Transaction, modelId?: string): Promise<ReadonlyMap<string, string>> {
  const channel = await database.channel.findUnique({ where: { id: "stable" } });
  if (channel === null) return new Map();
  const rows = await database.releaseModel.findMany({ where: { releaseNumber: channel.releaseNumber, ...(modelId !== undefined && { modelId }) } });
  return new Map(rows.map((row) => [row.modelId, row.manifestSha256]));
}

export async function revokedModels(database: Transaction): Promise<ReadonlySet<string>> {
  const rows = await database.revocation.findMany({ where: { variant: null, modelId: { not: null } }, select: { modelId: true } });
  return new Set(rows.map(({ modelId }) => modelId ?? ""));
}

type StatusRow = { id: string; state: ModelStatus["state"]; approvedSha256: string | null; deprecation: string | null };

export function statusOf(
  { id, state, approvedSha256, deprecation }: StatusRow,
  published: ReadonlyMap<string, string>,
  revoked: ReadonlySet<string>,
): ModelStatus {
  const digest = published.get(id);
  return {
    state,
    published: digest === undefined ? "no" : state === "approved" && digest === approvedSha256 ? "this" : "older",
    isDeprecated: deprecation !== null,
    isRevoked: revoked.has(id),
  };
}
