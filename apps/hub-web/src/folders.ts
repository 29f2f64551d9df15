import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The application's own folder, in the repository or in an image. */
export const applicationFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
export const prismaFolder = join(applicationFolder, "prisma");
/** A database that is initialised and migrated already, written by the build: restoring it is three times faster than starting from nothing. */
export const initialDatabaseFile = join(applicationFolder, "dist", "initial-database.tar.gz");
