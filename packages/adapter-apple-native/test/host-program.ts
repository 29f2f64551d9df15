import { runHost } from "@tenfold/host/node";
import { collectRegularly } from "@tenfold/tooling/soak";
import { fakeApple } from "./fake-apple.ts";
import { fakeDescription } from "./fake-description.ts";

/** In place of `tenfold-apple-host`, where there is no Mac: the same protocol in a process of its own, over ONNX Runtime. */
if (process.argv.includes("--describe")) process.stdout.write(JSON.stringify(fakeDescription));
else {
  collectRegularly();
  runHost(fakeApple);
}
