import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleModels } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { readStarter } from "./read-starter.ts";

async function read(text: string) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "models.json"), text);
  return readStarter(folder);
}

const [first] = sampleModels();
const withModel = (change: object) => JSON.stringify({ schemaVersion: 1, models: [{ ...first, ...change }] });
const withArtifact = (artifact: object) => withModel({ variants: [{ id: "v", format: "gguf", artifacts: [artifact] }] });

test("reads a starter catalog and fills in what the file is for", async () => {
  const { models } = await read(withArtifact({ path: "a.gguf" }));
  expect(models[0]?.variants[0]?.artifacts).toEqual([{ path: "a.gguf", role: "weights", sources: [] }]);
});

test.each([
  ["nothing", "", "it is empty"],
  ["half a file", '{"schemaVersion":1,"mod', "not JSON"],
  ["a list", "[]", "(document)"],
  ["an archive that holds nothing", withArtifact({ path: "a.zip", archive: { kind: "zip", members: [] } }), "artifacts[0].archive.members"],
  ["an unknown key", withModel({ licnece: 1 }), "licnece"],
  ["a model twice", JSON.stringify({ schemaVersion: 1, models: [first, first] }), "models: expected each model id once"],
  ["no variant", withModel({ variants: [] }), "models[0].variants"],
  ["a path that leaves its folder", withArtifact({ path: "../../etc/passwd" }), "models[0].variants[0].artifacts[0].path"],
  ["a digest that is none", withArtifact({ path: "a", sha256: "AB" }), "models[0].variants[0].artifacts[0].sha256"],
  ["a size below nothing", withArtifact({ path: "a", sizeBytes: -1 }), "artifacts[0].sizeBytes"],
  ["a source of an unknown kind", withArtifact({ path: "a", sources: [{ kind: "ftp" }] }), "artifacts[0].sources[0]"],
  ["a capability that there is not", withModel({ capabilities: ["telepathy"] }), "models[0].capabilities[0]"],
  ["an id that is none", withModel({ id: "No Id" }), "models[0].id"],
])("refuses %s and says where", async (_what, text, where) => {
  await expect(read(text)).rejects.toMatchObject({ code: "invalid-manifest", message: expect.stringContaining(where) });
});

test("refuses nesting without end", async () => {
  await expect(read("[".repeat(200_000))).rejects.toMatchObject({ code: "invalid-manifest" });
});

test("says which file is missing", async () => {
  const folder = await temporaryFolder();
  await expect(readStarter(folder)).rejects.toMatchObject({ code: "storage-failed", message: expect.stringContaining(join(folder, "models.json")) });
});

test("says that a starter is of a newer version", async () => {
  await expect(read('{"schemaVersion":2,"models":[]}')).rejects.toMatchObject({ code: "unsupported-schema-version" });
});
