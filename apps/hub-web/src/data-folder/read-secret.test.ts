import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { readSecret } from "./read-secret.ts";

test("makes a secret that nobody else reads, and keeps to it", async () => {
  const folder = await temporaryFolder();
  const secret = await readSecret(folder);
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect((await stat(join(folder, "secret"))).mode & 0o777).toBe(0o600);
  expect(await readSecret(folder)).toBe(secret);
});

test("one that is too short is refused", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "secret"), "short\n");
  await expect(readSecret(folder)).rejects.toMatchObject({ code: "storage-failed", message: expect.stringContaining("fewer than 32") });
});

test("one that cannot be read is not replaced: what it sealed would be lost", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "secret");
  await symlink(path, path);
  await expect(readSecret(folder)).rejects.toMatchObject({ code: "storage-failed", message: expect.stringContaining("cannot be read") });
  await expect(readFile(path)).rejects.toMatchObject({ code: "ELOOP" });
});
