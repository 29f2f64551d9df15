import type { Prisma } from "../generated/prisma/client.ts";

/** The database within a transaction; the database itself serves as well. */
export type Transaction = Prisma.TransactionClient;
