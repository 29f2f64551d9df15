export declare class Failure extends Error {
  readonly remedy: string;
  readonly details: string;
}
export declare function installFailure(what: string, log: string, logFile: string): Failure;
