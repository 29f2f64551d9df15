import { TenfoldError } from "@tenfold/catalog";
import { Command } from "commander";
import packageFile from "../../package.json" with { type: "json" };
import { applicationFolder } from "../folders.ts";
import { checkBuilt } from "./check-built.ts";
import type { StartOptions } from "./start.ts";

/** The command `tenfold-hub`. Answers the exit code. */
export async function main(words: readonly string[]): Promise<number> {
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
  try {
    await program.parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (!TenfoldError.is(error)) throw error;
    process.stderr.write(`error: ${error.message}\n${error.remedy}\n`);
    return 1;
  }
}
