export interface PicoLlmOptions {
  /** From Picovoice Console. It goes to picoLLM alone, which checks it with Picovoice's servers while it loads a model. Without it nothing loads. */
  accessKey?: string | undefined;
  /** Node: the program that runs a model in its own process, where a bundler has moved ours: a module that calls `runHost` of @tenfold/host/node. */
  hostEntry?: string;
}
