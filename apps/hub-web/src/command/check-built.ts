import { access } from "node:fs/promises";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";

/** @throws TenfoldError saying how to build, when what the build makes is not there. */
export async function checkBuilt(applicationFolder: string, { development }: { development: boolean }): Promise<void> {
  const needed = ["src/generated/prisma/client.ts", ...(development ? [] : [".next/BUILD_ID"])];
  for (const file of needed) {
    await access(join(applicationFolder, file)).catch((cause: unknown) => {
      throw new TenfoldError("storage-failed", `The hub has not been built: ${file} is missing.`, { cause, remedy: "Build it: npm run build -- hub-web" });
    });
  }
}
