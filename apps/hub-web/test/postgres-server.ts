import { findPostgres } from "@tenfold/tooling/find-postgres";
import { startPostgres } from "@tenfold/tooling/postgres";
import type { TestProject } from "vitest/node";

/** One server for all tests of the project "PostgreSQL". */
export default async function (project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startPostgres(findPostgres() ?? "");
  project.provide("postgres", server);
  return stop;
}
