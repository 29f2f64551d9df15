import { expect, test } from "vitest";
import { newDatabase } from "../../test/new-database.ts";
import { recordingLog } from "../../test/recording-log.ts";
import { openDatabase } from "../database/open-database.ts";
import { initialDatabaseFile, prismaFolder } from "../folders.ts";
import { channelDocument } from "./channel-document.ts";
import { findDocument } from "./find-document.ts";
import { findModel } from "./find-model.ts";
import { health } from "./health.ts";
import { listModels } from "./list-models.ts";
import { modelFacets } from "./model-facets.ts";
import { modelQuerySchema } from "./model-query.ts";

test("before the first release everything is empty and healthy, and without a database nothing is", async () => {
  const { log, lines } = recordingLog();
  const { database, name, close } = await openDatabase({ ...(await newDatabase()), prismaFolder, initialDatabaseFile, log });
  expect(await listModels(database, modelQuerySchema.parse({}))).toEqual({ total: 0, models: [] });
  expect(await modelFacets(database)).toEqual({ formats: [], capabilities: [], licences: [] });
  expect(await findModel(database, "any")).toBeUndefined();
  expect(await channelDocument(database, "stable")).toBeUndefined();
  expect(await findDocument(database, "a".repeat(64))).toBeUndefined();
  expect(await health({ database, databaseName: name, log })).toMatchObject({ status: "ok", database: name, release: null });
  await close();
  expect(await health({ database, databaseName: name, log })).toMatchObject({ status: "failing" });
  expect(lines.at(-1)).toMatch(/^error: health:/);
});
