import type { SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";

/** What the hub's database may be. */
export type DatabaseName = "PGlite" | "PostgreSQL";

/** One of them, opened, for Prisma's client and its schema engine. */
export interface DatabaseConnection {
  readonly name: DatabaseName;
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
  /**
   * Runs the work that brings the database to its newest form, through the adapter it is given: in one transaction, so that
   * a process that dies leaves the form there was, and while no other process does the same.
   */
  setUp<T>(work: (adapter: SqlMigrationAwareDriverAdapterFactory) => Promise<T>): Promise<T>;
  /** Safe to call twice. */
  close(): Promise<void>;
}
