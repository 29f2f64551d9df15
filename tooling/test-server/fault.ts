/** What a server can do wrong with one response. Offsets are in the file, `afterBytes` counts body bytes of the response. */
export type Misbehaviour =
  /** Closes the connection after so many body bytes; 0 before the first. */
  | { readonly kind: "drop"; readonly afterBytes: number }
  /** Sends no more after so many body bytes until `release()` is called or the client leaves. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Answers a range request with 200 and the whole file. */
  | { readonly kind: "ignore-range" }
  /** Sends, and names in Content-Range, bytes that start so much later (or, negative, earlier) than asked. */
  | { readonly kind: "wrong-offset"; readonly shiftBytes: number }
  /** Says that the file is another one than before; If-Range no longer matches. */
  | { readonly kind: "etag"; readonly etag: string }
  /** Promises so many bytes more (or, negative, less) than it sends, then closes. */
  | { readonly kind: "content-length"; readonly differenceBytes: number }
  /** Compresses the body though identity was asked for. */
  | { readonly kind: "gzip" }
  /** Repeats the body without end, with no Content-Length. */
  | { readonly kind: "endless" }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  /** Inverts the lowest bit of the byte at this offset of the file. */
  | { readonly kind: "flip"; readonly atByte: number }
  /** Paces the body. */
  | { readonly kind: "throttle"; readonly bytesPerSecond: number };

/** One line of the script that a server follows; for each request the first fault that applies is used up once. */
export type Fault = Misbehaviour & {
  /** Applies to this path only; to every path when absent. */
  readonly path?: string;
  /** Applies to this method only. */
  readonly method?: "GET" | "HEAD";
  /** How many matching requests are served well first. Default 0. */
  readonly after?: number;
  /** For how many matching requests. Default 1; `Infinity` for all. */
  readonly times?: number;
};

export interface FaultScript {
  add(fault: Fault): void;
  /** The misbehaviour for this request, if any. */
  next(method: string, path: string): Misbehaviour | undefined;
}

export function createFaultScript(faults: readonly Fault[]): FaultScript {
  const entries = faults.map(createEntry);
  return {
    add: (fault) => void entries.push(createEntry(fault)),
    next(method, path) {
      const matching = entries.filter(
        ({ fault }) => (fault.path === undefined || fault.path === path) && (fault.method === undefined || fault.method === method),
      );
      const ready = matching.find((entry) => entry.waiting === 0 && entry.left > 0);
      for (const entry of matching) if (entry.waiting > 0) entry.waiting -= 1;
      if (ready === undefined) return undefined;
      ready.left -= 1;
      return ready.fault;
    },
  };
}

function createEntry(fault: Fault): { fault: Fault; waiting: number; left: number } {
  return { fault, waiting: fault.after ?? 0, left: fault.times ?? 1 };
}
