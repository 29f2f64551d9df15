import { runHost } from "@tenfold/host/node";
import { collectRegularly } from "@tenfold/tooling/soak";
import { llamaCpp } from "../src/node.ts";
import { unvalidated } from "./unvalidated.ts";

collectRegularly();
runHost({ llamaCpp, unvalidated });
