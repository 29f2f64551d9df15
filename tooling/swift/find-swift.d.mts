export interface SwiftCommand {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** Where a command runs: the folder that it can see, and the one in it that it starts in. Both are whole paths. */
export interface SwiftPlace {
  readonly root: string;
  readonly directory: string;
}

/** Swift 6 or newer on this machine, or why there is none and how to get it. */
export type FoundSwift = { command(words: readonly string[], place: SwiftPlace): SwiftCommand; readonly reason?: undefined } | { readonly reason: string };

export declare const installCommand: string;
export declare function swiftRoot(environment?: Readonly<Record<string, string | undefined>>): string;
export declare function findSwift(environment?: Readonly<Record<string, string | undefined>>): FoundSwift;
export declare function insideRoot(root: string, words: readonly string[], place: SwiftPlace): SwiftCommand;
