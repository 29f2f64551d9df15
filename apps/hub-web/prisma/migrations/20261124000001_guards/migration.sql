-- A value and its evidence stand together or are both absent; digests are digests; sizes are not negative.
ALTER TABLE "artifact"
  ADD CONSTRAINT "artifact_size_range" CHECK ("size_bytes" >= 0),
  ADD CONSTRAINT "artifact_size_evidence" CHECK (("size_bytes" IS NULL) = ("size_evidence" IS NULL)),
  ADD CONSTRAINT "artifact_sha256_form" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "artifact_sha256_evidence" CHECK (("sha256" IS NULL) = ("sha256_evidence" IS NULL)),
  ADD CONSTRAINT "artifact_chunk_list_form" CHECK ("chunk_list_sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "artifact_chunk_list_evidence" CHECK (("chunk_list_sha256" IS NULL) = ("chunk_list_evidence" IS NULL));

-- What has been published stays as it was, whatever a later version's code gets wrong.
CREATE FUNCTION "refuse_update"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are immutable', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER "document_immutable" BEFORE UPDATE ON "document" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
CREATE TRIGGER "manifest_immutable" BEFORE UPDATE ON "manifest" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
CREATE TRIGGER "release_immutable" BEFORE UPDATE ON "release" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
CREATE TRIGGER "release_model_immutable" BEFORE UPDATE ON "release_model" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
