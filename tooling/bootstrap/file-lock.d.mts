/** Runs `task` while the lock file names this process; waits while it names another that is alive. */
export declare function withFileLock<Result>(path: string, task: () => Promise<Result>): Promise<Result>;
