import type { LoadFollower, LoadState } from "./pool-candidate.ts";

/** Who holds one model, and what those who join late have missed. */
export interface LoadFollowers {
  readonly count: number;
  readonly pinned: boolean;
  /** Whether the load that is there has told anything yet. */
  readonly hasHistory: boolean;
  /** Hears at once what the load that is there has been through. */
  add(follower: LoadFollower, options: { pinned: boolean }): void;
  remove(follower: LoadFollower): void;
  state(next: LoadState): void;
  failed(error: unknown): void;
  progress: LoadFollower["progress"];
}

export function createLoadFollowers(): LoadFollowers {
  const followers = new Map<LoadFollower, { pinned: boolean }>();
  let history: LoadState[] = [];
  /** A follower may leave while it is told. */
  const each = (tell: (follower: LoadFollower) => void) => [...followers.keys()].forEach(tell);

  return {
    get count() {
      return followers.size;
    },
    get pinned() {
      return [...followers.values()].some(({ pinned }) => pinned);
    },
    get hasHistory() {
      return history.length > 0;
    },
    add(follower, options) {
      followers.set(follower, options);
      for (const one of history) follower.state(one);
    },
    remove(follower) {
      followers.delete(follower);
    },
    state(next) {
      history = next === "validated" ? [] : [...history, next];
      each((follower) => follower.state(next));
    },
    failed(error) {
      history = [];
      each((follower) => follower.failed(error));
    },
    progress: (stage, fraction) => each((follower) => follower.progress(stage, fraction)),
  };
}
