"use client";

import { useState } from "react";
import styles from "./context-slider.module.css";

/** Moves through the context sizes that people load with, and asks again when it is let go. Without scripts the size stays as it is. */
export function ContextSlider({ value, stops }: { value: number; stops: readonly number[] }) {
  const all = stops.includes(value) ? stops : [...stops, value].sort((one, other) => one - other);
  const [place, setPlace] = useState(all.indexOf(value));
  const chosen = all[place] ?? value;
  const text = `${new Intl.NumberFormat("en-GB").format(chosen)} tokens`;
  return (
    <div className={styles.slider}>
      <div className={styles.head}>
        <label htmlFor="context">Context</label>
        <output htmlFor="context">{text}</output>
      </div>
      <input type="hidden" name="context" value={chosen} />
      <input
        id="context"
        type="range"
        min={0}
        max={all.length - 1}
        step={1}
        value={place}
        aria-valuetext={text}
        onChange={(event) => setPlace(Number(event.target.value))}
        onPointerUp={(event) => event.currentTarget.form?.requestSubmit()}
        onKeyUp={(event) => {
          if (event.key.startsWith("Arrow") || ["Home", "End", "PageUp", "PageDown"].includes(event.key)) event.currentTarget.form?.requestSubmit();
        }}
      />
    </div>
  );
}
