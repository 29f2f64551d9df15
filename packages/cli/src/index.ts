export { createProgram } from "./program.ts";
export { defaultHub, type GlobalOptions, processSession, type Session } from "./session.ts";
