/** How one kind of storage says what went wrong. */
export interface StorageFailures {
  storageError(error: unknown, action: string): unknown;
  isMissing(error: unknown): boolean;
}

/** Runs work on storage so that its failures name the action: "write the file x". */
export interface StorageWork {
  attempt<Result>(action: string, work: () => Promise<Result>): Promise<Result>;
  /** Answers `missing` where there is no such file or folder. */
  unlessMissing<Result>(action: string, missing: Result, work: () => Promise<Result>): Promise<Result>;
}

export function createStorageWork({ storageError, isMissing }: StorageFailures): StorageWork {
  async function attempt<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw storageError(error, action);
    }
  }
  return {
    attempt,
    unlessMissing: (action, missing, work) =>
      attempt(action, () =>
        work().catch((error: unknown) => {
          if (isMissing(error)) return missing;
          throw error;
        }),
      ),
  };
}
