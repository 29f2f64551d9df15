import { runHost } from "@tenfold/host/node";
import { llamaCpp } from "../src/node.ts";
import { unvalidated } from "./unvalidated.ts";

runHost({ llamaCpp, unvalidated });
