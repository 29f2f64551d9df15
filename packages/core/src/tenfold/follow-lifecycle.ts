import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import { canTransition } from "../lifecycle/states.ts";
import type { LoadFollower, LoadState } from "../pool/pool-candidate.ts";
import type { ProgressTracker } from "../progress/progress.ts";

/** Moves one handle's lifecycle along with a load that others may share. */
export function followLifecycle(lifecycle: Lifecycle, progress?: ProgressTracker): LoadFollower {
  function move(to: LoadState): void {
    if (canTransition(lifecycle.state, to)) lifecycle.transition(to);
  }
  return {
    state(next) {
      if (lifecycle.state === "executing" && next === "cleanup") lifecycle.transition("ready");
      // A load after one that failed begins where initialization does.
      if (lifecycle.state === "error" && next === "initializing") lifecycle.transition("validated");
      move(next);
    },
    progress: (stage, fraction) => progress?.report(stage, fraction),
    failed(error) {
      if (canTransition(lifecycle.state, "error")) lifecycle.fail(error);
      // Somebody else's answer found that the model is gone.
      else for (const state of ["cleanup", "validated"] as const) move(state);
    },
  };
}
