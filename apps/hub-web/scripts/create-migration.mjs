// Writes the migration that leads from prisma/migrations to prisma/schema.prisma: node scripts/create-migration.mjs NAME
import { register } from "tsx/esm/api";

register();
const { createMigration } = await import("../src/database/create-migration.ts");
const { prismaFolder } = await import("../src/folders.ts");
console.log((await createMigration(prismaFolder, process.argv[2] ?? "change")) ?? "The migrations already lead to the schema.");
