-- CreateTable
CREATE TABLE "manifest_file" (
    "manifest_sha256" CHAR(64) NOT NULL,
    "variant" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "size_bytes" BIGINT,
    "sha256" CHAR(64),
    "repository" TEXT,

    CONSTRAINT "manifest_file_pkey" PRIMARY KEY ("manifest_sha256","variant","path")
);

-- CreateIndex
CREATE INDEX "manifest_file_sha256_idx" ON "manifest_file"("sha256");

-- CreateIndex
CREATE INDEX "manifest_file_repository_idx" ON "manifest_file"("repository");

-- AddForeignKey
ALTER TABLE "manifest_file" ADD CONSTRAINT "manifest_file_manifest_sha256_fkey" FOREIGN KEY ("manifest_sha256") REFERENCES "manifest"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One place says which files a document names: for what is published from now on, and for what has been.
CREATE FUNCTION "add_manifest_files"("digest" CHAR(64)) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "manifest_file"
  SELECT digest, variant->>'id', artifact->>'path', (artifact#>>'{sizeBytes,value}')::bigint, artifact#>>'{sha256,value}', source->>'repository'
  FROM "document"
    CROSS JOIN LATERAL jsonb_array_elements(convert_from("bytes", 'UTF8')::jsonb->'variants') AS variant
    CROSS JOIN LATERAL jsonb_array_elements(variant->'artifacts') AS artifact
    LEFT JOIN LATERAL (
      SELECT one FROM jsonb_array_elements(artifact->'sources') WITH ORDINALITY AS listed(one, place)
      WHERE one->>'kind' = 'hugging-face' ORDER BY place LIMIT 1
    ) AS first(source) ON true
  WHERE "document"."sha256" = digest
$$;

CREATE FUNCTION "manifest_files_of_new"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "add_manifest_files"(NEW."sha256");
  RETURN NULL;
END
$$;

SELECT "add_manifest_files"("sha256") FROM "manifest";
CREATE TRIGGER "manifest_files" AFTER INSERT ON "manifest" FOR EACH ROW EXECUTE FUNCTION "manifest_files_of_new"();
CREATE TRIGGER "manifest_file_immutable" BEFORE UPDATE ON "manifest_file" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
