-- CreateTable
CREATE TABLE "revocation" (
    "id" SERIAL NOT NULL,
    "model_id" TEXT,
    "variant" TEXT,
    "sha256" CHAR(64),
    "reason" TEXT NOT NULL,
    "revoked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "revocation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signed_metadata" (
    "role" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signed_metadata_pkey" PRIMARY KEY ("role","version")
);
