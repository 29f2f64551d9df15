import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, TRPCClientError } from "@trpc/client";
import type { ApiRouter } from "../api/api-router.ts";

/** The hub's procedures, for what runs in the browser. */
export const api = createTRPCClient<ApiRouter>({
  links: [
    splitLink({ condition: ({ type }) => type === "subscription", true: httpSubscriptionLink({ url: "/api/trpc" }), false: httpLink({ url: "/api/trpc" }) }),
  ],
});

export interface ApiFailure {
  /** For people. */
  readonly message: string;
  readonly remedy: string | undefined;
  /** Of a TenfoldError. */
  readonly code: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What to tell whoever pressed the button. */
export function apiFailure(error: unknown): ApiFailure {
  if (!(error instanceof TRPCClientError))
    return { message: "The hub could not be reached. Nothing was changed; try again.", remedy: undefined, code: undefined, details: {} };
  const { tenfold, code } = (error.data ?? {}) as { tenfold?: { code: string; remedy: string; details?: Record<string, unknown> }; code?: string };
  return {
    message: issuesOf(error.message) ?? (code === "INTERNAL_SERVER_ERROR" ? "The hub failed; its log says why." : error.message),
    remedy: tenfold?.remedy,
    code: tenfold?.code,
    details: tenfold?.details ?? {},
  };
}

/** A request that does not fit its schema comes back as zod's list. */
function issuesOf(message: string): string | undefined {
  if (!message.startsWith("[")) return undefined;
  try {
    const issues = JSON.parse(message) as { path: (string | number)[]; message: string }[];
    return issues
      .slice(0, 5)
      .map(({ path, message: what }) => `${path.filter((part) => part !== "model").join(" › ")}: ${what}`)
      .join("\n");
  } catch {
    return undefined;
  }
}
