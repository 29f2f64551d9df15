import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { expect, onTestFinished, test } from "vitest";
import { openModelServer } from "./open-model-server.ts";

const run = promisify(execFile);
const python = process.env.TENFOLD_OPENAI_PYTHON ?? "python3";
const program = fileURLToPath(new URL("./openai-clients.py", import.meta.url));

test("serve answers OpenAI's client for Python, and LangChain", { timeout: 300_000 }, async (context) => {
  needFullTests(context);
  const present = await run(python, ["-c", "import openai, langchain_openai"]).then(
    () => true,
    () => false,
  );
  need(context, "openai-python", present, "pip install openai langchain-openai, in the Python that TENFOLD_OPENAI_PYTHON names");
  const served = await openModelServer();
  onTestFinished(() => served.close());
  const { stdout } = await run(python, [program, `${served.url}/v1`], { env: { PATH: process.env.PATH, NO_PROXY: "127.0.0.1" } });
  expect(JSON.parse(stdout)).toEqual({
    ...{ whole: "17 + 15 = 32.", stream: "17 + 15 = 32.", response: "3 + 4 = 7.", models: ["encoder", "tiny"] },
    ...{ langchain: "17 + 15 = 32.", "langchain-stream": "17 + 15 = 32.", "langchain-tool": "It is sunny and 18 degrees in Paris." },
    ...{ "langchain-object": "Paris", "langchain-vectors": [64, 64] },
  });
});
