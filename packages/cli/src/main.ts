import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { processSession } from "./session.ts";

try {
  await createProgram(processSession(process)).parseAsync(process.argv);
} catch (error) {
  // Help, version and mistakes in the command line have been printed by then.
  if (!(error instanceof CommanderError)) throw error;
}
