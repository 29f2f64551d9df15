// Loads the tiny model, says which process computes it, and goes on computing a long prompt until it is killed.
import { tinyFolderModel } from "@tenfold/adapter-testkit/models";
import type { silentLog } from "@tenfold/core";
import { mlx } from "../src/node.ts";

const context = {
  platform: { name: "node" as const, os: process.platform, architecture: process.arch },
  nativeParts: new Map<string, string>(JSON.parse(process.argv[2] ?? "")),
  log: (...[, , details]: Parameters<typeof silentLog>) => {
    if (typeof details?.host === "number") process.stdout.write(`${details.host}\n`);
  },
};
const model = await mlx().load(await tinyFolderModel(), context, { contextSize: 512 });
for (;;)
  for await (const event of model.generate({ prompt: "one two three ".repeat(40), maxTokens: 100, seed: 1 }))
    if (event.type === "text") process.stdout.write(".\n");
