/// <reference lib="dom" />
import { useChat } from "@ai-sdk/react";
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { createTenfold, type ProgressEvent } from "@tenfold/core";
import { browserPlatform } from "@tenfold/core/browser";
import { type ChatTransport, convertToModelMessages, DefaultChatTransport, isStepCount, streamText, tool, type UIMessage } from "ai";
import { createElement as element, type FormEvent, useState } from "react";
import { createRoot } from "react-dom/client";
import * as z from "zod";
import { createTenfoldProvider, loadProgressMetadata } from "../../src/index.ts";

type ChatMessage = UIMessage<{ progress?: ProgressEvent }>;

const { searchParams } = new URL(location.href);
const hub = searchParams.get("hub");
const api = searchParams.get("api");

const tools = {
  get_weather: tool({
    description: "Get the weather in a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, temperature: 18, condition: "sunny" }),
  }),
};

/** Answers in this page, with a model that it fetches from a hub. */
function inThisPage(hubUrl: string): ChatTransport<ChatMessage> {
  const tenfold = createTenfold({ adapters: [llamaCpp()], catalogs: [hubUrl], platform: browserPlatform() });
  const provider = createTenfoldProvider({ tenfold, load: { threads: 1 } });
  return {
    async sendMessages({ messages, abortSignal }) {
      const result = streamText({
        model: provider("tenfold-tiny"),
        messages: await convertToModelMessages(messages, { tools }),
        ...{ tools, temperature: 0, stopWhen: isStepCount(3), include: { rawChunks: true } },
        ...(abortSignal ? { abortSignal } : {}),
      });
      return result.toUIMessageStream<ChatMessage>({ originalMessages: messages, messageMetadata: loadProgressMetadata });
    },
    reconnectToStream: async () => null,
  };
}

const transport = hub === null ? new DefaultChatTransport<ChatMessage>({ api: api ?? "/" }) : inThisPage(hub);
/** Every stage that a message has told of, in order. */
const stages: string[] = [];

function Chat() {
  const { messages, sendMessage, status, stop, error } = useChat<ChatMessage>({ transport });
  const [input, setInput] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    void sendMessage({ text: input });
    setInput("");
  };
  const progress = messages.at(-1)?.metadata?.progress;
  if (progress && stages.at(-1) !== progress.stage) stages.push(progress.stage);
  return element(
    "main",
    { "data-status": status, "data-stages": stages.join(" ") },
    messages.map(({ id, role, parts }) =>
      element(
        "article",
        { key: id, className: role },
        element("h2", null, role),
        parts.map((part, index) => {
          const key = `${id}-${index}`;
          if (part.type === "text") return element("p", { key }, part.text);
          if (part.type === "reasoning") return element("em", { key }, part.text);
          if (part.type === "tool-get_weather") return element("code", { key }, `${part.state}: ${JSON.stringify(part.input)}`);
          return null;
        }),
      ),
    ),
    progress && status !== "ready" ? element("progress", { value: progress.overallFraction }) : null,
    error ? element("p", { role: "alert" }, error.message) : null,
    element(
      "form",
      { onSubmit: send },
      element("input", { "aria-label": "Message", value: input, onChange: (event: { target: { value: string } }) => setInput(event.target.value) }),
      element("button", { type: "submit" }, "Send"),
      element("button", { type: "button", onClick: () => void stop() }, "Stop"),
    ),
  );
}

createRoot(document.body.appendChild(document.createElement("div"))).render(element(Chat));
