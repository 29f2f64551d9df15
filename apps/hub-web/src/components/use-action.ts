"use client";

import { useState } from "react";
import { type ApiFailure, apiFailure } from "./api-client.ts";

export interface Action {
  /** Runs it; answers whether it succeeded. A second press while it runs does nothing. */
  run(work: () => Promise<void>): Promise<boolean>;
  readonly isRunning: boolean;
  readonly failure: ApiFailure | undefined;
}

/** Something that a button does with the hub. */
export function useAction(): Action {
  const [isRunning, setRunning] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const run = async (work: () => Promise<void>) => {
    if (isRunning) return false;
    setRunning(true);
    setFailure(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      setFailure(apiFailure(error));
      return false;
    } finally {
      setRunning(false);
    }
  };
  return { run, isRunning, failure };
}
