"use client";

import { useEffect, useRef, useState } from "react";

/** Is told values as they come; answers what ends that. `lost` says that no more will come. */
export type Watch<Value> = (last: Value, hears: { next: (value: Value) => void; lost: () => void }) => () => void;

export interface PollOptions<Value> {
  readonly everyMs?: number;
  /** Pushes values; when it is lost they are asked for. One and the same function at each rendering. */
  readonly watch?: Watch<Value>;
}

/**
 * A value that is watched, or asked for again and again, while it may still change. A hub that cannot be reached is asked again; `isStale` says so meanwhile.
 * @param ask answers the next value from the last
 */
export function usePolled<Value>(
  initial: Value,
  ask: (last: Value) => Promise<Value>,
  isLive: (value: Value) => boolean,
  { everyMs = 1000, watch }: PollOptions<Value> = {},
) {
  const [value, setValue] = useState(initial);
  const [isStale, setStale] = useState(false);
  const newest = useRef({ value, ask });
  newest.current = { value, ask };
  const live = isLive(value);
  useEffect(() => {
    if (!live) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      try {
        const next = await newest.current.ask(newest.current.value);
        if (isOver) return;
        setValue(next);
        setStale(false);
      } catch {
        if (!isOver) setStale(true);
      }
      if (!isOver) timer = setTimeout(look, everyMs);
    };
    const poll = () => {
      if (!isOver) timer = setTimeout(look, everyMs);
    };
    const leave = watch?.(newest.current.value, { next: setValue, lost: poll });
    if (leave === undefined) poll();
    return () => {
      isOver = true;
      clearTimeout(timer);
      leave?.();
    };
  }, [live, everyMs, watch]);
  return { value, isStale, set: setValue };
}
