import { type Manifest, manifestSchema, parseJson } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import { diffDocuments } from "../diff/diff-documents.ts";
import type { FieldChange } from "../diff/field-change.ts";
import { draftOfModel, type ModelDraft, manifestInclude } from "../publishing/manifest-of-model.ts";
import { authorsOf } from "./authors-of.ts";
import { publishedDigests, revokedModels, statusOf } from "./list-drafts.ts";
import { type ModelStatus, type StatusName, statusName } from "./model-status.ts";
import { wasPublished } from "./was-published.ts";

export interface DraftPage {
  readonly draft: ModelDraft;
  readonly revision: number;
  readonly status: ModelStatus;
  readonly statusName: StatusName;
  /** What differs from what releases publish; all of it when nothing was ever approved. */
  readonly changes: readonly FieldChange[];
  readonly hasApproved: boolean;
  /** In any release: what was published once stays to be known. */
  readonly wasPublished: boolean;
  readonly review: { readonly requestedById: string; readonly requestedBy: string; readonly requestedAt: string } | undefined;
  /** Who has written what is not approved yet. */
  readonly authorIds: readonly string[];
  /** Newest first, fifty at most. */
  readonly events: readonly DraftEvent[];
}

export interface DraftEvent {
  readonly at: string;
  readonly who: string;
  readonly what: "saved" | "asked for review" | "approved" | "returned" | "withdrew" | "said";
  readonly revision: number;
  /** Of a comment. */
  readonly text?: string;
}

/** Everything that the page of a model shows to those who work on it; undefined when there is no such model. */
export async function readDraft(database: Transaction, id: string): Promise<DraftPage | undefined> {
  const row = await database.model.findUnique({ where: { id }, include: manifestInclude });
  if (row === null) return undefined;
  const newest = { where: { modelId: id }, orderBy: { id: "desc" }, take: 50 } as const;
  const [approved, published, revoked, authorIds, revisions, reviews, comments, isPublished] = await Promise.all([
    row.approvedSha256 === null ? undefined : database.document.findUnique({ where: { sha256: row.approvedSha256 } }),
    publishedDigests(database, id),
    revokedModels(database),
    authorsOf(database, row),
    database.modelRevision.findMany({
      where: { modelId: id },
      orderBy: { number: "desc" },
      take: 50,
      select: { number: true, actor: true, at: true },
    }),
    database.review.findMany(newest),
    database.reviewComment.findMany(newest),
    wasPublished(database, id),
  ]);
  const draft = draftOfModel(row);
  const before: Manifest | undefined = approved ? parseJson(manifestSchema, new TextDecoder().decode(approved.bytes), `approved manifest of ${id}`) : undefined;
  const status = statusOf(row, published, revoked);
  const open = reviews.find(({ decision }) => decision === null);
  return {
    draft,
    revision: row.revision,
    status,
    statusName: statusName(status),
    changes: before === undefined ? [] : diffDocuments(before, draft),
    hasApproved: before !== undefined,
    wasPublished: isPublished,
    review: open && { requestedById: open.requestedById, requestedBy: open.requestedBy, requestedAt: open.requestedAt.toISOString() },
    authorIds,
    events: [
      ...revisions.map(({ number, actor, at }): DraftEvent => ({ at: at.toISOString(), who: actor, what: "saved", revision: number })),
      ...reviews.flatMap(reviewEvents),
      ...comments.map(({ author, at, revision, text }): DraftEvent => ({ at: at.toISOString(), who: author, what: "said", revision, text })),
    ]
      .sort((one, other) => other.at.localeCompare(one.at))
      .slice(0, 50),
  };
}

type ReviewRow = { revision: number; requestedBy: string; requestedAt: Date; decision: string | null; decidedBy: string | null; decidedAt: Date | null };

function reviewEvents({ revision, requestedBy, requestedAt, decision, decidedBy, decidedAt }: ReviewRow): DraftEvent[] {
  const asked: DraftEvent = { at: requestedAt.toISOString(), who: requestedBy, what: "asked for review", revision };
  if (decision === null || decidedAt === null) return [asked];
  const what = decision === "approved" ? "approved" : decision === "returned" ? "returned" : "withdrew";
  return [asked, { at: decidedAt.toISOString(), who: decidedBy ?? "", what, revision }];
}
