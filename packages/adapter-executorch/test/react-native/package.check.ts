import type { ProgramRuntime } from "../../src/program-sequence.ts";

/** react-native-executorch has what is used of it: types alone, for its code needs a phone. */
export const runtime: Promise<ProgramRuntime> = import("react-native-executorch");
