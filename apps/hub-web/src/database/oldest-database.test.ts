import { createHash } from "node:crypto";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "@tenfold/catalog";
import { expect, onTestFinished, test } from "vitest";
import { newDatabase } from "../../test/new-database.ts";
import { newPerson } from "../../test/people.ts";
import { recordingLog } from "../../test/recording-log.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { createApiCaller } from "../api/api-router.ts";
import { prismaFolder } from "../folders.ts";
import { openHub } from "../hub/open-hub.ts";
import { answerPublicRoute } from "../routes/answer-public-route.ts";
import { openDatabase } from "./open-database.ts";

// A hub as the first commit left it: its two migrations, and rows as its code wrote them, by SQL, for today's client knows other columns.
const firstMigrations = ["20261124000000_init", "20261124000001_guards"];
const at = "2026-11-24T10:00:00.000Z";
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const file = Buffer.from("GGUF, as far as the first hub looked");
const evidence = { kind: "verified", by: "hub", at, tool: "tenfold-hub 0.1.0" };
const repository = "example/old-GGUF";
const chunkList = canonicalJson({ schemaVersion: 1, sha256: sha256(file), sizeBytes: file.byteLength, chunkSizeBytes: 8 * 1024 ** 2, chunks: [sha256(file)] });
const manifest = canonicalJson({
  schemaVersion: 1,
  id: "old-model",
  name: "Old Model",
  publisher: "Example",
  description: "Was here first. It still is.",
  licence: { id: "apache-2.0", gated: false },
  capabilities: ["chat"],
  variants: [
    {
      id: "gguf-q8_0",
      format: "gguf",
      quantization: "Q8_0",
      artifacts: [
        {
          path: "old-Q8_0.gguf",
          role: "weights",
          sizeBytes: { value: file.byteLength, evidence },
          sha256: { value: sha256(file), evidence },
          chunkList: { value: sha256(chunkList), evidence },
          sources: [{ kind: "hub" }, { kind: "hugging-face", repository, path: "old-Q8_0.gguf" }],
        },
      ],
    },
  ],
});
const entry = { id: "old-model", name: "Old Model", publisher: "Example", licence: "apache-2.0", capabilities: ["chat"], formats: ["gguf"] };
const release = canonicalJson({
  schemaVersion: 1,
  number: 1,
  publishedAt: at,
  models: [{ ...entry, manifest: { sha256: sha256(manifest), sizeBytes: Buffer.byteLength(manifest) } }],
});

const bytea = (text: string) => `'\\x${Buffer.from(text).toString("hex")}'::bytea`;
const json = JSON.stringify(evidence);
const rows = [
  `insert into model (id, name, publisher, description, licence_id, licence_gated, languages, capabilities, created_at, updated_at)
   values ('old-model', 'Old Model', 'Example', 'Was here first. It still is.', 'apache-2.0', false, '{}', '{chat}', '${at}', '${at}')`,
  `insert into model (id, name, publisher, description, licence_id, licence_gated, languages, capabilities, updated_at)
   values ('never-published', 'Never published', 'Example', 'A draft.', 'MIT', true, '{}', '{chat}', '${at}')`,
  `insert into variant (model_id, name, position, format, quantization, frameworks) values ('old-model', 'gguf-q8_0', 0, 'gguf', 'Q8_0', '{}')`,
  `insert into artifact (variant_id, path, role, position, size_bytes, size_evidence, sha256, sha256_evidence, chunk_list_sha256, chunk_list_evidence)
   select id, 'old-Q8_0.gguf', 'weights', 0, ${file.byteLength}, '${json}', '${sha256(file)}', '${json}', '${sha256(chunkList)}', '${json}' from variant`,
  `insert into source (artifact_id, position, kind) select id, 0, 'hub' from artifact`,
  `insert into source (artifact_id, position, kind, repository, path) select id, 1, 'hugging-face', '${repository}', 'old-Q8_0.gguf' from artifact`,
  `insert into document (sha256, kind, bytes) values ('${sha256(chunkList)}', 'chunk-list', ${bytea(chunkList)}), ('${sha256(manifest)}', 'manifest', ${bytea(manifest)}), ('${sha256(release)}', 'release', ${bytea(release)})`,
  `insert into stored_file (sha256, size_bytes, path, chunk_list_sha256) values ('${sha256(file)}', ${file.byteLength}, 'artifacts/sha256/${sha256(file)}', '${sha256(chunkList)}')`,
  `insert into manifest (sha256, model_id, name, publisher, summary, licence, capabilities, formats, quantizations, variant_count, smallest_bytes, largest_bytes, artifact_count, verified_count, claimed_count, search_text)
   values ('${sha256(manifest)}', 'old-model', 'Old Model', 'Example', 'Was here first.', 'apache-2.0', '{chat}', '{gguf}', '{Q8_0}', 1, ${file.byteLength}, ${file.byteLength}, 1, 1, 0, 'old-model old model example')`,
  `insert into release (number, published_at, document_sha256) values (1, '${at}', '${sha256(release)}')`,
  `insert into release_model (release_number, model_id, manifest_sha256) values (1, 'old-model', '${sha256(manifest)}')`,
  `insert into channel (id, release_number, moved_at) values ('stable', 1, '${at}')`,
];

test("a database of the first version goes through every migration, and the hub serves what was in it", async () => {
  const folder = await temporaryFolder();
  const dataFolder = join(folder, "data");
  await mkdir(join(dataFolder, "artifacts/sha256"), { recursive: true });
  await writeFile(join(dataFolder, "artifacts/sha256", sha256(file)), file);
  const { databaseUrl } = await newDatabase();
  const { log, lines } = recordingLog();
  const first = join(folder, "first");
  await cp(prismaFolder, first, { recursive: true });
  const all = (await readdir(join(first, "migrations"), { withFileTypes: true })).filter((one) => one.isDirectory()).map(({ name }) => name);
  const later = all.filter((name) => !firstMigrations.includes(name)).sort();
  for (const name of later) await rm(join(first, "migrations", name), { recursive: true });
  const old = await openDatabase({ databaseUrl, folder: dataFolder, prismaFolder: first, log });
  for (const row of rows) await old.database.$executeRawUnsafe(row);
  await old.close();

  const hub = await openHub({ databaseUrl, dataFolder, starterFolder: join(folder, "no-starter"), log });
  onTestFinished(() => hub.close());
  expect(lines).toContain(`applied migrations ${later.join(", ")}`);
  const get = async (path: string) => {
    const response = await answerPublicRoute(new Request(`http://hub.example${path}`), hub);
    return { status: response?.status, text: await response?.text() };
  };
  expect(JSON.parse((await get("/catalog/channels/stable.json")).text ?? "")).toMatchObject({ number: 1, release: { sha256: sha256(release) } });
  for (const document of [release, manifest, chunkList]) expect(await get(`/catalog/sha256/${sha256(document)}`)).toEqual({ status: 200, text: document });
  expect(await get(`/artifacts/sha256/${sha256(file)}`)).toEqual({ status: 200, text: file.toString() });
  expect(JSON.parse((await get("/api/v1/models")).text ?? "")).toMatchObject({ total: 1, models: [{ id: "old-model", manifestSha256: sha256(manifest) }] });
  expect((await get("/tuf/timestamp.json")).status).toBe(200);
  // What later versions derive is there of the old rows as well: the mirror's list of files, revisions, and what is approved.
  expect(JSON.parse((await get(`/api/models/${repository}`)).text ?? "")).toMatchObject({ siblings: [{ rfilename: "old-Q8_0.gguf" }] });
  const reviewer = createApiCaller({ hub, actor: await newPerson(hub, "reviewer") });
  expect(await reviewer.curation.byId({ id: "old-model" })).toMatchObject({ statusName: "published", revision: 1, changes: [] });
  expect(await reviewer.curation.byId({ id: "never-published" })).toMatchObject({ statusName: "draft", hasApproved: false });
  // The next release is made of it, and changes nothing.
  await reviewer.releases.publish({ channel: "stable", current: 1 });
  const next = JSON.parse((await get("/catalog/channels/stable.json")).text ?? "");
  expect(next.number).toBe(2);
  expect(JSON.parse((await get(`/catalog/sha256/${next.release.sha256}`)).text ?? "").models).toEqual(JSON.parse(release).models);
});
