import { createHash } from "node:crypto";
import { type Archive, type Artifact, type ChunkList, canonicalJson, chunkSizeBytes, type Manifest, type Revocation, type Variant } from "@tenfold/catalog";
import { type FileServer, type FileServerOptions, startFileServer } from "@tenfold/tooling/test-server";
import { createSignedRepository, type SignedRepository, signRelease } from "./signed-repository.ts";

export const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const verified = { kind: "verified", by: "test hub", at: "2026-01-01T00:00:00Z" } as const;

export interface PublishedFile {
  path: string;
  bytes: Uint8Array;
  /** Publish without a chunk list. */
  whole?: boolean;
  /** Publish another digest than the file has. */
  claimedSha256?: string;
  /** Publish as an archive that holds these files. */
  archive?: Archive;
  /** Default: the hub itself. */
  sources?: Artifact["sources"];
}

export interface PublishedModel {
  id: string;
  variants: readonly { id: string; format?: string; files: readonly PublishedFile[] }[];
  licence?: Manifest["licence"];
  chatTemplate?: Manifest["chatTemplate"];
  revoked?: Manifest["revoked"];
}

export interface PublishedCatalog {
  readonly server: FileServer;
  /** What signs the releases. */
  readonly repository: SignedRepository;
  /** Makes a release that the server holds already the newest of the stable channel. */
  sign(release: Uint8Array, number: number): void;
  /** Replaces what the stable channel serves. */
  publish(models: readonly PublishedModel[], revocations?: readonly Revocation[]): void;
}

/** The documents and files of a hub, in the shape a real one serves, from a real server that can be told to misbehave. */
export async function publishCatalog(models: readonly PublishedModel[], { headers = {} }: Pick<FileServerOptions, "headers"> = {}): Promise<PublishedCatalog> {
  const server = await startFileServer({ files: {}, headers });
  const repository = createSignedRepository();
  let number = 0;

  function document(value: unknown): { sha256: string; sizeBytes: number } {
    const bytes = new TextEncoder().encode(canonicalJson(value));
    const sha256 = sha256Of(bytes);
    server.setFile(`/catalog/sha256/${sha256}`, bytes);
    return { sha256, sizeBytes: bytes.length };
  }

  function artifact({ path, bytes, whole, claimedSha256, archive, sources }: PublishedFile): Artifact {
    const sha256 = claimedSha256 ?? sha256Of(bytes);
    server.setFile(`/artifacts/sha256/${sha256}`, bytes);
    const chunks = Array.from({ length: Math.ceil(bytes.length / chunkSizeBytes) }, (_, index) =>
      sha256Of(bytes.subarray(index * chunkSizeBytes, (index + 1) * chunkSizeBytes)),
    );
    const list: ChunkList = { schemaVersion: 1, sha256, sizeBytes: bytes.length, chunkSizeBytes, chunks };
    return {
      path,
      role: "weights",
      sources: sources ?? [{ kind: "hub" }],
      sizeBytes: { value: bytes.length, evidence: verified },
      sha256: { value: sha256, evidence: verified },
      ...(whole || claimedSha256 ? {} : { chunkList: { value: document(list).sha256, evidence: verified } }),
      ...(archive ? { archive } : {}),
    };
  }

  function publish(published: readonly PublishedModel[], revocations: readonly Revocation[] = []): void {
    number += 1;
    const entries = published.map((model) => {
      const variants = model.variants.map((variant): Variant => ({ id: variant.id, format: variant.format ?? "gguf", artifacts: variant.files.map(artifact) }));
      const manifest: Manifest = {
        schemaVersion: 1,
        id: model.id,
        name: `Model ${model.id}`,
        publisher: "Test",
        description: "",
        licence: model.licence ?? { id: "Apache-2.0", gated: false },
        capabilities: ["chat"],
        variants,
        ...(model.chatTemplate ? { chatTemplate: model.chatTemplate } : {}),
        ...(model.revoked ? { revoked: model.revoked } : {}),
      };
      const { id, name, publisher, capabilities, licence } = manifest;
      return {
        id,
        name,
        publisher,
        capabilities,
        licence: licence.id,
        formats: [...new Set(variants.map(({ format }) => format))],
        manifest: document(manifest),
      };
    });
    const release = { schemaVersion: 1, number, publishedAt: "2026-01-01T00:00:00Z", models: entries, ...(revocations.length > 0 ? { revocations } : {}) };
    document(release);
    sign(new TextEncoder().encode(canonicalJson(release)), number);
  }

  function sign(release: Uint8Array, releaseNumber: number): void {
    signRelease(repository, release, releaseNumber);
    for (const [name, bytes] of repository.files) server.setFile(`/tuf/${name}`, bytes);
  }

  publish(models);
  return { server, repository, publish, sign };
}
