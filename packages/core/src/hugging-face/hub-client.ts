import { TenfoldError } from "@tenfold/catalog";

interface HubCall {
  hubUrl: string;
  fetch: typeof globalThis.fetch;
}

/** What is used of `@huggingface/hub`. Its answers are checked here: its types are promises of a server. */
export interface HubClient {
  listModels(params: HubCall & { search: { query: string }; limit: number; additionalFields: ("tags" | "cardData" | "filePaths")[] }): AsyncIterable<unknown>;
  modelInfo(params: HubCall & { name: string; additionalFields: ("sha" | "tags" | "cardData" | "config" | "safetensors")[] }): Promise<unknown>;
  listFiles(params: HubCall & { repo: { type: "model"; name: string }; revision: string; recursive: true }): AsyncIterable<unknown>;
}

/** @throws TenfoldError `framework-unavailable` when the package is not installed. */
export async function loadHubClient(load: () => Promise<HubClient>): Promise<HubClient> {
  try {
    return await load();
  } catch (cause) {
    throw new TenfoldError("framework-unavailable", "The package @huggingface/hub, through which the Hugging Face Hub is asked, is not installed.", {
      cause,
      stage: "discovery",
      remedy: "Install it: npm install @huggingface/hub",
    });
  }
}
