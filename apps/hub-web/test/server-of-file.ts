import { findPostgres } from "@tenfold/tooling/find-postgres";
import { createDatabase, type RunningPostgres, startPostgres } from "@tenfold/tooling/postgres";
import { fullTests, need, needFullTests } from "@tenfold/tooling/requirement";
import { afterAll, beforeAll, beforeEach } from "vitest";

/** A PostgreSQL server for all tests of a file, which are of the long form alone. */
export function serverOfFile(): { emptyDatabase(): Promise<string>; restart(): Promise<void> } {
  const programs = findPostgres();
  let running: RunningPostgres | undefined;
  beforeAll(async () => {
    if (fullTests && programs !== undefined) running = await startPostgres(programs);
  });
  afterAll(() => running?.stop());
  beforeEach((context) => {
    needFullTests(context);
    need(context, "postgres", programs !== undefined, "apt-get install -y postgresql");
  });
  const server = () => running ?? Promise.reject(new Error("no server runs"));
  return { emptyDatabase: async () => createDatabase((await server()).server), restart: async () => (await server()).restart() };
}
