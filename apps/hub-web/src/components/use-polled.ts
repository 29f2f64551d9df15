"use client";

import { useEffect, useRef, useState } from "react";

/**
 * A value that is asked for again and again while it may still change. A hub that cannot be reached is asked again; `isStale` says so meanwhile.
 * @param ask answers the next value from the last
 */
export function usePolled<Value>(initial: Value, ask: (last: Value) => Promise<Value>, isLive: (value: Value) => boolean, everyMs = 1000) {
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
    timer = setTimeout(look, everyMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [live, everyMs]);
  return { value, isStale, set: setValue };
}
