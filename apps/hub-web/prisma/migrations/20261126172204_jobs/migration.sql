-- CreateEnum
CREATE TYPE "job_state" AS ENUM ('queued', 'running', 'succeeded', 'failed', 'cancelled');

-- CreateTable
CREATE TABLE "job" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "model_id" TEXT,
    "input" JSONB NOT NULL,
    "state" "job_state" NOT NULL DEFAULT 'queued',
    "key" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "most_attempts" INTEGER NOT NULL,
    "run_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "progress" JSONB,
    "result" JSONB,
    "error" JSONB,
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job_entry" (
    "id" SERIAL NOT NULL,
    "job_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "job_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "job_id" TEXT NOT NULL,
    "model_id" TEXT NOT NULL,
    "variant" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "files" JSONB NOT NULL,
    "checks" JSONB NOT NULL,
    "tools" JSONB NOT NULL,
    "log" TEXT NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "drift_alert" (
    "id" TEXT NOT NULL,
    "model_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3),
    "seen_by" TEXT,

    CONSTRAINT "drift_alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credential" (
    "origin" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_by" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credential_pkey" PRIMARY KEY ("origin")
);

-- CreateTable
CREATE TABLE "import_proposal" (
    "id" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "manifests" JSONB NOT NULL,
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "import_proposal_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "job_state_run_at_idx" ON "job"("state", "run_at");

-- CreateIndex
CREATE INDEX "job_model_id_created_at_idx" ON "job"("model_id", "created_at");

-- CreateIndex
CREATE INDEX "job_entry_job_id_id_idx" ON "job_entry"("job_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "verification_job_id_key" ON "verification"("job_id");

-- CreateIndex
CREATE INDEX "verification_model_id_variant_finished_at_idx" ON "verification"("model_id", "variant", "finished_at");

-- CreateIndex
CREATE UNIQUE INDEX "drift_alert_model_id_kind_subject_after_key" ON "drift_alert"("model_id", "kind", "subject", "after");

-- AddForeignKey
ALTER TABLE "job_entry" ADD CONSTRAINT "job_entry_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One job of a key at a time, whoever asks for it how often.
CREATE UNIQUE INDEX "job_active_key" ON "job"("key") WHERE "state" IN ('queued', 'running');

-- Evidence stays as it was found, and what was proposed as it was read.
CREATE TRIGGER "verification_immutable" BEFORE UPDATE ON "verification" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
CREATE TRIGGER "import_proposal_immutable" BEFORE UPDATE ON "import_proposal" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
