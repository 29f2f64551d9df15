import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { openDataFolder } from "./open-data-folder.ts";

test("makes the folder and holds it", async () => {
  const folder = join(await temporaryFolder(), "a/b");
  const lock = await openDataFolder(folder);
  await expect(openDataFolder(folder)).rejects.toMatchObject({ code: "store-locked", remedy: expect.stringContaining("TENFOLD_HUB_DATA") });
  await lock.release();
});

test("says clearly that a folder cannot be written", async () => {
  const file = join(await temporaryFolder(), "file");
  await writeFile(file, "in the way");
  await expect(openDataFolder(join(file, "data"))).rejects.toMatchObject({
    code: "storage-failed",
    message: expect.stringContaining(`The data folder ${file}/data cannot be written`),
    remedy: expect.stringContaining("TENFOLD_HUB_DATA"),
  });
});
