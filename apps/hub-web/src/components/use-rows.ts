import { useState } from "react";

export interface Rows<Item> {
  /** Each with a key of its own that stays when it is changed or moved: what identifies an entry is typed here. */
  readonly rows: readonly { readonly item: Item; readonly key: number }[];
  add(item: Item): void;
  replace(place: number, item: Item): void;
  remove(place: number): void;
  move(from: number, to: number): void;
}

/** A list that a form edits. */
export function useRows<Item>(items: readonly Item[], onChange: (items: Item[]) => void): Rows<Item> {
  const [keys, setKeys] = useState(() => items.map((_, place) => place));
  const rows = items.map((item, place) => ({ item, key: keys[place] ?? place }));
  const put = (next: Rows<Item>["rows"]) => {
    setKeys(next.map(({ key }) => key));
    onChange(next.map(({ item }) => item));
  };
  return {
    rows,
    add: (item) => put([...rows, { item, key: Math.max(-1, ...keys) + 1 }]),
    replace: (place, item) => put(rows.with(place, { item, key: rows[place]?.key ?? place })),
    remove: (place) => put(rows.toSpliced(place, 1)),
    move(from, to) {
      const next = [...rows];
      next.splice(to, 0, ...next.splice(from, 1));
      put(next);
    },
  };
}
