export interface MlcOptions {
  /** Node: the program that runs a model in its own process, where a bundler has moved ours: a module that calls `runHost` of @tenfold/host/node. */
  hostEntry?: string;
  /** Node: added to the few variables that a model's process inherits, where its GPU's driver is found by others. */
  environment?: Readonly<Record<string, string>>;
}
