import { chat } from "./ollama/chat.ts";
import { embed } from "./ollama/embed.ts";
import { generate } from "./ollama/generate.ts";
import { ps, show, tags } from "./ollama/models.ts";
import { chatCompletions } from "./openai/chat-completions.ts";
import { completions } from "./openai/completions.ts";
import { embeddings } from "./openai/embeddings.ts";
import { getModel, listModels } from "./openai/models.ts";
import { responses } from "./openai/responses.ts";
import { type Route, sendJson } from "./route.ts";

/** Ollama's clients ask for the version of a server whose routes these are. */
const version: Route = {
  method: "GET",
  path: "/api/version",
  dialect: "ollama",
  handle: async ({ response }) => sendJson(response, { version: "0.6.4" }),
};

export const routes: readonly Route[] = [
  ...[chatCompletions, completions, responses, embeddings, listModels, getModel],
  ...[chat, generate, embed, tags, show, ps, version],
];

/** The route of a path, with what stands for its `*`; the methods that the path has when this one is not among them. */
export function findRoute(method: string, path: string): { route: Route; rest: string } | { allowed: readonly string[] } {
  const matching = routes.flatMap((route) => {
    const prefix = route.path.endsWith("*") ? route.path.slice(0, -1) : undefined;
    if (prefix === undefined) return route.path === path ? [{ route, rest: "" }] : [];
    return path.startsWith(prefix) && path.length > prefix.length ? [{ route, rest: decodeURIComponent(path.slice(prefix.length)) }] : [];
  });
  return matching.find(({ route }) => route.method === method) ?? { allowed: matching.map(({ route }) => route.method) };
}
