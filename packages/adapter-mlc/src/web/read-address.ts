import { TenfoldError } from "@tenfold/catalog";

/** Fetches a model library. @throws TenfoldError `http-status`, `network`. */
export async function readAddress(address: string, signal: AbortSignal | undefined, fetch = globalThis.fetch): Promise<Uint8Array> {
  try {
    const response = await fetch(address, signal ? { signal } : {});
    if (!response.ok)
      throw new TenfoldError("http-status", `${address} answers ${response.status}.`, { framework: "mlc-llm", details: { status: response.status } });
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    signal?.throwIfAborted();
    throw TenfoldError.from(error, "network", `The library at ${address} cannot be fetched`, { framework: "mlc-llm" });
  }
}
