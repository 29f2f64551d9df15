export interface GetRequest {
  headers: Headers;
  signal: AbortSignal;
  /** Whether a redirect may be followed on the way; one that was not is answered as it came. */
  redirect: "follow" | "manual";
}

/** The answer to a GET. Its body is read piece by piece and nothing of it is kept. */
export interface GetResponse {
  /** 0 where the platform hides a redirect that it was not to follow. */
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  /** The next bytes, valid until the next call; undefined at the end. One call at a time. */
  read(): Promise<Uint8Array | undefined>;
  /** Ends the transfer. Never rejects, and may be called at any time. */
  cancel(): Promise<void>;
}

/** Asks for a file over HTTP. Rejects with the signal's reason when aborted, with the platform's own error otherwise. */
export type Get = (url: URL, request: GetRequest) => Promise<GetResponse>;

/** A platform's `fetch`, for bodies of any size. */
export function getByFetch(fetch: typeof globalThis.fetch): Get {
  return async (url, request) => {
    const response = await fetch(url, request);
    const reader = response.body?.getReader();
    return {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
      read: async () => (await reader?.read())?.value,
      cancel: async () => {
        await reader?.cancel().catch(() => {});
      },
    };
  };
}
