-- AlterTable
ALTER TABLE "model" ADD COLUMN     "dimensions" JSONB;

-- CreateTable
CREATE TABLE "device" (
    "id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "content" JSONB,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "draft" JSONB,
    "draft_by_id" TEXT,
    "draft_by" TEXT,
    "draft_at" TIMESTAMPTZ(3),
    "is_curated" BOOLEAN NOT NULL DEFAULT false,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "device_kind_position_idx" ON "device"("kind", "position");
