import { findPostgres } from "@tenfold/tooling/find-postgres";
import { packageTests } from "@tenfold/tooling/vitest";

const onPostgres = {
  name: "PostgreSQL",
  globalSetup: ["test/postgres-server.ts"],
  // What knows its database, and what has none.
  exclude: [
    "src/database/{create-migration,open-pglite,write-initial-database}.test.ts",
    "src/{artifacts,command,data-folder,diff,fetching,format,http,server}/**",
    "test/{browser,faults,hugging-face-cli,import-story,operations,second-database,story}.test.ts",
  ],
};
// The long form runs what touches the database a second time, on a server of its own (test/second-database.test.ts asks for it).
const secondRound = process.env.TENFOLD_FULL === "1" && findPostgres() !== undefined;

// Pages and their parts are held by the browser test, in another process, where no line is counted.
export default packageTests({
  test: {
    // Each file may have a database or a whole hub of its own; two at a time is what a small machine bears.
    maxWorkers: 2,
    // A cluster from nothing, or a hub started twice, takes seconds on a free machine and over a minute on one with twenty others' processes.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    coverage: { exclude: ["src/**/*.tsx", "src/app/**", "src/proxy.ts"] },
    ...(secondRound && {
      projects: [
        { extends: true, test: { name: "PGlite" } },
        { extends: true, test: onPostgres },
      ],
    }),
  },
});
