import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { prismaFolder } from "../folders.ts";
import { createMigration } from "./create-migration.ts";

test("the migrations lead to the schema", async () => {
  expect(await createMigration(prismaFolder, "nothing")).toBeUndefined();
});

test("writes the script that leads to a changed schema", async () => {
  const folder = await temporaryFolder();
  await cp(prismaFolder, folder, { recursive: true });
  const schema = join(folder, "schema.prisma");
  await writeFile(schema, `${await readFile(schema, "utf8")}\nmodel Note {\n  text String @id\n}\n`);
  const file = await createMigration(folder, "notes", new Date("2030-01-02T03:04:05Z"));
  expect(file).toBe(join(folder, "migrations/20300102030405_notes/migration.sql"));
  expect(await readFile(file ?? "", "utf8")).toContain('CREATE TABLE "Note"');
});

test("writes the first script of all", async () => {
  const folder = await temporaryFolder();
  await cp(prismaFolder, folder, { recursive: true });
  await rm(join(folder, "migrations"), { recursive: true });
  await createMigration(folder, "init", new Date("2030-01-02T03:04:05Z"));
  expect((await readdir(join(folder, "migrations"))).sort()).toEqual(["20300102030405_init", "migration_lock.toml"]);
});
