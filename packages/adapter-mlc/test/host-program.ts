import { runHost } from "@tenfold/host/node";
import { mlc } from "../src/node.ts";

runHost({ mlc });
