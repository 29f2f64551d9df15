-- CreateTable
CREATE TABLE "compressed_document" (
    "sha256" CHAR(64) NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "compressed_document_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "announcement" (
    "url" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "release_number" INTEGER NOT NULL,
    "announced_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "announcement_pkey" PRIMARY KEY ("url","channel")
);
