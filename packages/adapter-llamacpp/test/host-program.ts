import { runHost } from "@tenfold/host/node";
import { llamaCpp } from "../src/node.ts";

runHost({ llamaCpp });
