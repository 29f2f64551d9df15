import { TenfoldError } from "@tenfold/catalog";
import { Command } from "commander";
import packageFile from "../../package.json" with { type: "json" };
import { applicationFolder } from "../folders.ts";
import { checkBuilt } from "./check-built.ts";
import { outliveReaders } from "./outlive-readers.ts";
import type { StartOptions } from "./start.ts";

/** The command `tenfold-hub`. Answers the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  outliveReaders();
  const program = new Command("tenfold-hub").description(packageFile.description).version(packageFile.version);
  program
    .command("start")
    .description("serve the pages, the catalog and the artifacts")
    .option("--port <number>", "port to listen on (PORT, 3210)")
    .option("--host <address>", "address to listen on (HOST, 127.0.0.1)")
    .option("--data <folder>", "where the hub keeps its data (TENFOLD_HUB_DATA, .data/hub)")
    .option("--dev", "compile pages as they are asked for")
    .action(async (options: StartOptions) => {
      await checkBuilt(applicationFolder, { development: options.dev ?? false });
      // Imported late: it takes half a second, which --help need not wait for, and part of it is made by the build.
      const { start } = await import("./start.ts");
      await start(options);
    });
  program
    .command("revoke")
    .description("publish a release that revokes a model, a variant or a file; clients refuse it with the reason")
    .argument("[model]", "MODEL or MODEL:VARIANT")
    .requiredOption("--reason <text>", "shown to whoever would use it")
    .option("--file <sha256>", "every variant that holds this file")
    .option("--data <folder>", "the hub's data (TENFOLD_HUB_DATA)")
    .action(async (model, options) => {
      await checkBuilt(applicationFolder, { development: true });
      await (await import("./revoke.ts")).revokeOffline(model, options);
    });
  addUpkeep(program);
  addKeys(program);
  addPeople(program);
  try {
    await program.parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (!TenfoldError.is(error)) throw error;
    process.stderr.write(`error: ${error.message}\n${error.remedy}\n`);
    return 1;
  }
}

/** What keeps a hub running. */
function addUpkeep(program: Command): void {
  const write = (text: string) => void process.stdout.write(text);
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("--data <folder>", "the hub's data (TENFOLD_HUB_DATA)")
      .hook("preAction", () => checkBuilt(applicationFolder, { development: true }));
  command("worker", "take jobs beside a hub on the same PostgreSQL database").action(async (options) => (await import("./worker.ts")).work(options));
  command("migrate", "bring the database to the form that this version needs").action(async (options) => (await import("./migrate.ts")).migrate(options));
  command("sweep", "remove what nobody needs: old jobs, broken uploads, files that nothing names; hubs do it once a day")
    .option("--dry-run", "show it, and remove nothing")
    .action(async (options) => (await import("./sweep.ts")).sweepOffline(options, write));
  command("backup", "write everything that the hub keeps into one file")
    .argument("<file>", "a tar file; replaced when it is there")
    .action(async (file, options) => (await import("./backup.ts")).backup(file, options, write));
  command("restore", "bring a backup back, into an empty data folder (and an empty database)")
    .argument("<file>", "what `backup` wrote")
    .action(async (file, options) => (await import("./backup.ts")).restore(file, options, write));
}

/** `tenfold-hub keys`: never needs the hub to be stopped, nor its database. */
function addKeys(program: Command): void {
  const keys = program.command("keys").description("the keys that sign the catalog (docs/trust.md)");
  const write = (text: string) => void process.stdout.write(text);
  const command = (name: string, description: string) =>
    keys.command(name).description(description).option("--data <folder>", "the hub's data (TENFOLD_HUB_DATA)");
  const signing = (name: string, description: string) =>
    command(name, description)
      .requiredOption("--root-key <file...>", "files of root keys")
      .requiredOption("--passphrase-file <file...>", "whose first line opens them: one for all, or one for each");
  command("status", "which keys hold, and until when").action(async (options) => (await import("./keys.ts")).status(options, write));
  signing("init", "make your own root (three files, of which two must sign later) and keys, in place of those for development").action(async (options) =>
    (await import("./keys.ts")).init(options, write),
  );
  signing("rotate", "make the next root: longer life, other keys")
    .option("--replace <role...>", "targets, snapshot, timestamp: give it a new key")
    .option("--lose-root-key <id...>", "a root key that counts no longer")
    .option("--new-root-key <file...>", "where the key in its place goes")
    .option("--new-passphrase-file <file...>", "whose first line closes it")
    .action(async (options) => (await import("./keys.ts")).rotate(options, write));
  signing("sign", "add signatures to the root that waits for them").action(async (options) => (await import("./keys.ts")).sign(options, write));
}

/** `tenfold-hub user` and `audit`. On PGlite the hub must be stopped; on PostgreSQL it may run. */
function addPeople(program: Command): void {
  const write = (text: string) => void process.stdout.write(text);
  const user = program.command("user").description("who may do what");
  const command = (name: string, description: string) =>
    user.command(name).description(description).option("--data <folder>", "the hub's data (TENFOLD_HUB_DATA)");
  command("list", "everybody who has an account").action(async (options) => (await import("./user.ts")).list(options, write));
  command("add", "print a link that invites somebody")
    .argument("<email>")
    .option("--role <role>", "viewer, curator, reviewer or admin", "curator")
    .action(async (email, options) => (await import("./user.ts")).add(email, options, write));
  command("role", "give somebody another role, or shut them out")
    .argument("<email>")
    .argument("<role>", "viewer, curator, reviewer, admin, disabled or enabled")
    .action(async (email, role, options) => (await import("./user.ts")).role(email, role, options, write));
  command("link", "print a link for a new password; without an address, for the first administrator")
    .argument("[email]")
    .action(async (email, options) => (await import("./user.ts")).link(email, options, write));
  program
    .command("audit")
    .description("who did what, newest first")
    .option("--action <text>", "how it begins: model, review.approve")
    .option("--subject <text>", "a part of what it was done to")
    .option("--limit <number>", "how many", "100")
    .option("--json", "one JSON object a line")
    .option("--data <folder>", "the hub's data (TENFOLD_HUB_DATA)")
    .action(async (options) => (await import("./audit.ts")).audit(options, write));
}
