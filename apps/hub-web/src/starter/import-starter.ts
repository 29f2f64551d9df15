import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { Database } from "../database/open-database.ts";
import type { Log } from "../log.ts";
import type { NewDocument } from "../publishing/create-document.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { saveDocuments } from "../publishing/save-documents.ts";
import { waitForTurn } from "../publishing/wait-for-turn.ts";
import { createModels, type ModelToCreate } from "./create-models.ts";
import { readStarter } from "./read-starter.ts";
import type { StarterModel } from "./starter-schema.ts";
import { type TakeInOptions, type TakenInArtifact, takeInArtifact } from "./take-in-artifact.ts";

export interface ImportStarterOptions {
  readonly database: Database;
  readonly store: ArtifactStore;
  readonly starterFolder: string;
  readonly log: Log;
  readonly clock: () => Date;
}

/**
 * Gives a hub that has published nothing its first catalog and publishes it as release 1 on the stable channel: all of
 * it or, when something fails, nothing. Answers whether there was anything to do.
 */
export async function importStarter({ database, store, starterFolder, log, clock }: ImportStarterOptions): Promise<boolean> {
  if ((await database.release.count()) > 0) return false;
  const starter = await readStarter(starterFolder);
  log.info(`importing the starter catalog: ${starter.models.length} models from ${starterFolder}`);

  const models: ModelToCreate[] = [];
  const stored: Stored[] = [];
  for (const model of starter.models) models.push(await takeIn(model, { store, starterFolder, log, clock }, stored));

  const release = await database.$transaction(
    async (transaction) => {
      await waitForTurn(transaction);
      if ((await transaction.release.count()) > 0) return undefined;
      await saveDocuments(
        transaction,
        stored.map(({ chunkList }) => chunkList),
      );
      await transaction.storedFile.createMany({ data: stored.map(storedFileRow), skipDuplicates: true });
      await createModels(transaction, models);
      return publishRelease(transaction, { channel: "stable", publishedAt: clock() });
    },
    { timeout: 600_000 },
  );
  if (release === undefined) {
    log.info("another hub on this database has published meanwhile; its catalog stands");
    return false;
  }
  log.info(`published release ${release.number} on the stable channel: ${starter.models.length} models, ${stored.length} files served from here`);
  return true;
}

type Stored = { path: string; chunkList: NewDocument; sha256: string; sizeBytes: number };

async function takeIn({ variants, ...model }: StarterModel, options: TakeInOptions, stored: Stored[]): Promise<ModelToCreate> {
  const taken: ModelToCreate["variants"][number][] = [];
  for (const { artifacts: claims, ...variant } of variants) {
    const artifacts: TakenInArtifact[] = [];
    for (const claim of claims) artifacts.push(await takeInArtifact(claim, options));
    for (const { artifact, stored: file } of artifacts) {
      if (file && artifact.sha256 && artifact.sizeBytes) stored.push({ ...file, sha256: artifact.sha256.value, sizeBytes: artifact.sizeBytes.value });
    }
    taken.push({ variant, artifacts: artifacts.map(({ artifact }) => artifact) });
  }
  return { model, variants: taken };
}

function storedFileRow({ path, chunkList, sha256, sizeBytes }: Stored) {
  return { sha256, sizeBytes, path, chunkListSha256: chunkList.sha256 };
}
