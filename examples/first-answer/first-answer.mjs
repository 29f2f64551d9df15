import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { createTenfold } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";

const [hub = "http://127.0.0.1:3210", home = "models"] = process.argv.slice(2);

const tenfold = createTenfold({ adapters: [llamaCpp()], catalogs: [hub], platform: nodePlatform({ home }) });
const model = await tenfold.load("tenfold-tiny");
for await (const event of model.generate({ messages: [{ role: "user", content: "What is 17 + 15?" }] })) {
  if (event.type === "text") process.stdout.write(event.text);
}
await model.dispose();
