// Stands in for react-native-executorch's own types, which need a bundler's resolution and bring the DOM; tsconfig.json of this folder checks against those.
import type { ProgramRuntime } from "../../src/program-sequence.ts";

export declare const loadModel: ProgramRuntime["loadModel"];
export declare const tensor: ProgramRuntime["tensor"];
export declare const wrapAsync: ProgramRuntime["wrapAsync"];
