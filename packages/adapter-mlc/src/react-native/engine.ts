/** What is used of @react-native-ai/mlc. One model at a time is prepared, and events do not say whose they are. */
export interface NativeEngine {
  /** Models that the application was built for: mlc-app-config.json. */
  getModels(): Promise<{ model_id?: string }[]>;
  /** Loads a model from the engine's own folder. */
  prepareModel(id: string): Promise<unknown>;
  unloadModel(): Promise<unknown>;
  /** @returns the id of the stream. */
  streamText(messages: NativeMessage[], options?: NativeOptions): Promise<string>;
  cancelStream(id: string): Promise<unknown>;
  onChatUpdate(listener: (event: { delta: { content: string } }) => void): { remove(): void };
  onChatComplete(listener: (event: NativeCompletion) => void): { remove(): void };
}

export interface NativeMessage {
  role: "assistant" | "system" | "tool" | "user";
  content: string;
}

export interface NativeOptions {
  temperature?: number;
  topP?: number;
  topK?: number;
  maxTokens?: number;
  responseFormat?: { type: "json_object" | "text"; schema?: string };
}

export interface NativeCompletion {
  usage: { prompt_tokens: number; completion_tokens: number };
  finish_reason: "stop" | "length" | "tool_calls";
}
