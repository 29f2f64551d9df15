import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { createTenfoldProvider } from "@tenfold/ai-sdk";
import { createTenfold } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { isStepCount, streamText, tool } from "ai";
import * as z from "zod";

const [hub = "http://127.0.0.1:3210", home = "models"] = process.argv.slice(2);

const tenfold = createTenfold({ adapters: [llamaCpp()], catalogs: [hub], platform: nodePlatform({ home }) });
const provider = createTenfoldProvider({ tenfold });
const getWeather = tool({
  description: "Get the weather in a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, temperature: 18, condition: "sunny" }),
});

const { textStream } = streamText({
  model: provider("tenfold-tiny"),
  prompt: "What is the weather in Paris?",
  tools: { get_weather: getWeather },
  stopWhen: isStepCount(3),
  temperature: 0,
});
for await (const text of textStream) process.stdout.write(text);
await provider.dispose();
