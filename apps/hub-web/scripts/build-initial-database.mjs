// Writes dist/initial-database.tar.gz: initialised, migrated and empty, so that a first start restores instead of initialising.
import { register } from "tsx/esm/api";

register();
const { initialDatabaseFile, prismaFolder } = await import("../src/folders.ts");
const { writeInitialDatabase } = await import("../src/database/write-initial-database.ts");
await writeInitialDatabase({ prismaFolder, file: initialDatabaseFile });
