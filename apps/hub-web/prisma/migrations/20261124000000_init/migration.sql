-- CreateEnum
CREATE TYPE "document_kind" AS ENUM ('manifest', 'chunk-list', 'release');

-- CreateTable
CREATE TABLE "model" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "publisher" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "homepage" TEXT,
    "licence_id" TEXT NOT NULL,
    "licence_name" TEXT,
    "licence_url" TEXT,
    "licence_gated" BOOLEAN NOT NULL,
    "architecture" TEXT,
    "parameter_count" BIGINT,
    "context_length" INTEGER,
    "languages" TEXT[],
    "capabilities" TEXT[],
    "tokenizer" JSONB,
    "chat_template" JSONB,
    "defaults" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "variant" (
    "id" SERIAL NOT NULL,
    "model_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "format" TEXT NOT NULL,
    "quantization" TEXT,
    "frameworks" TEXT[],
    "target" JSONB,
    "minimum_memory_bytes" BIGINT,

    CONSTRAINT "variant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artifact" (
    "id" SERIAL NOT NULL,
    "variant_id" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "size_bytes" BIGINT,
    "size_evidence" JSONB,
    "sha256" CHAR(64),
    "sha256_evidence" JSONB,
    "chunk_list_sha256" CHAR(64),
    "chunk_list_evidence" JSONB,

    CONSTRAINT "artifact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source" (
    "id" SERIAL NOT NULL,
    "artifact_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "url" TEXT,
    "repository" TEXT,
    "path" TEXT,
    "revision" TEXT,
    "revision_evidence" JSONB,

    CONSTRAINT "source_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stored_file" (
    "sha256" CHAR(64) NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "path" TEXT NOT NULL,
    "chunk_list_sha256" CHAR(64) NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "document" (
    "sha256" CHAR(64) NOT NULL,
    "kind" "document_kind" NOT NULL,
    "bytes" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "manifest" (
    "sha256" CHAR(64) NOT NULL,
    "model_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "publisher" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "licence" TEXT NOT NULL,
    "parameter_count" BIGINT,
    "context_length" INTEGER,
    "capabilities" TEXT[],
    "formats" TEXT[],
    "quantizations" TEXT[],
    "variant_count" INTEGER NOT NULL,
    "smallest_bytes" BIGINT,
    "largest_bytes" BIGINT,
    "artifact_count" INTEGER NOT NULL,
    "verified_count" INTEGER NOT NULL,
    "claimed_count" INTEGER NOT NULL,
    "search_text" TEXT NOT NULL,

    CONSTRAINT "manifest_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "release" (
    "number" INTEGER NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "document_sha256" CHAR(64) NOT NULL,

    CONSTRAINT "release_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "release_model" (
    "release_number" INTEGER NOT NULL,
    "model_id" TEXT NOT NULL,
    "manifest_sha256" CHAR(64) NOT NULL,

    CONSTRAINT "release_model_pkey" PRIMARY KEY ("release_number","model_id")
);

-- CreateTable
CREATE TABLE "channel" (
    "id" TEXT NOT NULL,
    "release_number" INTEGER NOT NULL,
    "moved_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "variant_format_quantization_idx" ON "variant"("format", "quantization");

-- CreateIndex
CREATE UNIQUE INDEX "variant_model_id_name_key" ON "variant"("model_id", "name");

-- CreateIndex
CREATE INDEX "artifact_sha256_idx" ON "artifact"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "artifact_variant_id_path_key" ON "artifact"("variant_id", "path");

-- CreateIndex
CREATE INDEX "source_kind_repository_idx" ON "source"("kind", "repository");

-- CreateIndex
CREATE UNIQUE INDEX "source_artifact_id_position_key" ON "source"("artifact_id", "position");

-- CreateIndex
CREATE INDEX "document_kind_idx" ON "document"("kind");

-- CreateIndex
CREATE INDEX "manifest_model_id_idx" ON "manifest"("model_id");

-- CreateIndex
CREATE INDEX "manifest_capabilities_idx" ON "manifest" USING GIN ("capabilities");

-- CreateIndex
CREATE INDEX "manifest_formats_idx" ON "manifest" USING GIN ("formats");

-- CreateIndex
CREATE INDEX "release_model_manifest_sha256_idx" ON "release_model"("manifest_sha256");

-- AddForeignKey
ALTER TABLE "variant" ADD CONSTRAINT "variant_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact" ADD CONSTRAINT "artifact_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source" ADD CONSTRAINT "source_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifact"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stored_file" ADD CONSTRAINT "stored_file_chunk_list_sha256_fkey" FOREIGN KEY ("chunk_list_sha256") REFERENCES "document"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "manifest" ADD CONSTRAINT "manifest_sha256_fkey" FOREIGN KEY ("sha256") REFERENCES "document"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release" ADD CONSTRAINT "release_document_sha256_fkey" FOREIGN KEY ("document_sha256") REFERENCES "document"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_model" ADD CONSTRAINT "release_model_release_number_fkey" FOREIGN KEY ("release_number") REFERENCES "release"("number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_model" ADD CONSTRAINT "release_model_manifest_sha256_fkey" FOREIGN KEY ("manifest_sha256") REFERENCES "manifest"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel" ADD CONSTRAINT "channel_release_number_fkey" FOREIGN KEY ("release_number") REFERENCES "release"("number") ON DELETE RESTRICT ON UPDATE CASCADE;
