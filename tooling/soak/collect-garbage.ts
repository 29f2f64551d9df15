import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** All that JavaScript no longer holds goes. */
export const collectGarbage = runInNewContext("gc") as () => void;
