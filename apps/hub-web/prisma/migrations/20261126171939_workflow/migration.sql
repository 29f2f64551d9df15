-- CreateEnum
CREATE TYPE "review_state" AS ENUM ('draft', 'in-review', 'approved');

-- CreateEnum
CREATE TYPE "review_decision" AS ENUM ('approved', 'returned', 'withdrawn');

-- AlterTable
ALTER TABLE "model" ADD COLUMN     "approved_revision" INTEGER,
ADD COLUMN     "approved_sha256" CHAR(64),
ADD COLUMN     "deprecation" TEXT,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "state" "review_state" NOT NULL DEFAULT 'draft';

-- AlterTable
ALTER TABLE "release" ADD COLUMN     "channel_id" TEXT NOT NULL DEFAULT 'stable',
ADD COLUMN     "note" TEXT,
ADD COLUMN     "published_by" TEXT,
ADD COLUMN     "restores" INTEGER;

-- CreateTable
CREATE TABLE "model_revision" (
    "model_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "user_id" TEXT,
    "actor" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_revision_pkey" PRIMARY KEY ("model_id","number")
);

-- CreateTable
CREATE TABLE "review" (
    "id" SERIAL NOT NULL,
    "model_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "manifest_sha256" CHAR(64) NOT NULL,
    "requested_by_id" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "decision" "review_decision",
    "decided_by_id" TEXT,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "by_author" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review_comment" (
    "id" SERIAL NOT NULL,
    "model_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "review_comment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "review_model_id_idx" ON "review"("model_id");

-- CreateIndex
CREATE INDEX "review_manifest_sha256_idx" ON "review"("manifest_sha256");

-- CreateIndex
CREATE INDEX "review_comment_model_id_idx" ON "review_comment"("model_id");

-- AddForeignKey
ALTER TABLE "model_revision" ADD CONSTRAINT "model_revision_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_comment" ADD CONSTRAINT "review_comment_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What a hub had published before there were reviews counts as approved, and as revision 1.
UPDATE "model" SET "state" = 'approved', "revision" = 1, "approved_revision" = 1, "approved_sha256" = published."manifest_sha256"
  FROM "channel" JOIN "release_model" published ON published."release_number" = "channel"."release_number"
  WHERE "channel"."id" = 'stable' AND published."model_id" = "model"."id";
INSERT INTO "model_revision" ("model_id", "number", "content", "actor")
  SELECT "model"."id", 1, convert_from("document"."bytes", 'UTF8')::jsonb, 'hub' FROM "model" JOIN "document" ON "document"."sha256" = "model"."approved_sha256";

CREATE TRIGGER "model_revision_immutable" BEFORE UPDATE ON "model_revision" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
-- One question about a model at a time.
CREATE UNIQUE INDEX "review_open_key" ON "review" ("model_id") WHERE "decision" IS NULL;
