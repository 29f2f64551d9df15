import type { LogProbability, PromptRequest } from "@tenfold/core";
import * as z from "zod/mini";
import { answer } from "../answer.ts";
import { errorAnswer } from "../error-answer.ts";
import { openEvents, type Route, readBody, sendJson } from "../route.ts";
import { finishReasons, toUsage } from "./chat-completions.ts";
import { commonSchema, commonSettings } from "./chat-request.ts";

const schema = z.object({
  ...commonSchema,
  prompt: z.union([
    z.string(),
    z.pipe(
      z.tuple([z.string()]),
      z.transform(([only]) => only),
    ),
  ]),
  logprobs: z.optional(z.nullable(z.int().check(z.gte(0), z.lte(20)))),
  echo: z.optional(z.nullable(z.literal(false, { error: "this server does not repeat the prompt" }))),
  suffix: z.optional(z.null({ error: "this server does not fill in" })),
});

export const completions: Route = {
  method: "POST",
  path: "/v1/completions",
  dialect: "openai",
  async handle({ models, request, response, signal, now, id }) {
    const body = await readBody(schema, request);
    const asked: PromptRequest = { ...commonSettings(body), prompt: body.prompt, ...(body.logprobs ? { logProbabilities: body.logprobs } : {}) };
    const visit = await models.visit(body.model, signal);
    const head = { id: id("cmpl-"), object: "text_completion", created: now(), model: body.model };
    const choice = (text: string, reason: string | null, told: readonly LogProbability[]) => ({
      ...{ index: 0, text, finish_reason: reason },
      logprobs: body.logprobs ? toLogprobs(told) : null,
    });
    let sender: ReturnType<typeof openEvents> | undefined;
    const send = async (value: unknown) => {
      sender ??= openEvents(response);
      await sender.send(`data: ${JSON.stringify(value)}\n\n`);
    };
    let text = "";
    const told: LogProbability[] = [];
    try {
      for await (const event of answer(visit, asked)) {
        if (event.type === "text" || event.type === "reasoning") {
          const fresh = (event.type === "text" && event.logProbabilities) || [];
          if (body.stream) await send({ ...head, choices: [choice(event.text, null, fresh)] });
          text += event.text;
          told.push(...fresh);
        } else if (event.type === "finish") {
          const usage = toUsage(event.usage);
          const reason = finishReasons[event.reason];
          if (!body.stream) return sendJson(response, { ...head, choices: [choice(text, reason, told)], usage });
          await send({ ...head, choices: [choice("", reason, [])] });
          if (body.stream_options?.include_usage) await send({ ...head, choices: [], usage });
        }
      }
      await sender?.send("data: [DONE]\n\n");
      sender?.end();
    } catch (error) {
      if (!sender) throw error;
      await send(errorAnswer(error, "openai").body);
      sender.end();
    } finally {
      visit.leave();
    }
  },
};

function toLogprobs(told: readonly LogProbability[]) {
  return {
    tokens: told.map(({ token }) => token),
    token_logprobs: told.map(({ logProbability }) => logProbability),
    top_logprobs: told.map(({ top }) => Object.fromEntries(top.map(({ token, logProbability }) => [token, logProbability]))),
    text_offset: told.map((_, index) => told.slice(0, index).reduce((sum, { token }) => sum + token.length, 0)),
  };
}
