import { createProgram } from "./program.ts";
import { processSession } from "./session.ts";

const session = processSession(process);
await createProgram(session).parseAsync(process.argv);
