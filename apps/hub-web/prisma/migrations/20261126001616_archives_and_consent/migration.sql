-- AlterTable
ALTER TABLE "artifact" ADD COLUMN     "archive" JSONB;

-- AlterTable
ALTER TABLE "model" ADD COLUMN     "licence_consent" BOOLEAN;
