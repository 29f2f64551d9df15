/** How busy a machine is. */
export interface MachineLoad {
  /** Cores that this process may use. */
  usableCores: number;
  /** Processes that wanted a core during the last minute, on average; 0 where the system does not say. */
  busy: number;
}

/**
 * Threads for a model when nobody says: one core stays free, and so do those that others use. Threads that compute together wait for one another
 * at every operation, so that a single one without a core slows all of them down many times over.
 * @param mathCores cores that are useful for arithmetic: not the efficient ones, not the second thread of each.
 */
export function defaultThreads(mathCores: number, { usableCores, busy }: MachineLoad): number {
  const cores = Math.min(mathCores, usableCores);
  return Math.max(1, Math.min(cores - 1, Math.floor(cores - busy)));
}
