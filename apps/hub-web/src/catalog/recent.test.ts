import { expect, test } from "vitest";
import { createRecent } from "./recent.ts";

test("lets go of what was asked for longest ago, once there is too much", () => {
  const recent = createRecent<string>(10);
  recent.set("a", "A", 4);
  recent.set("b", "B", 4);
  expect(recent.get("a")).toBe("A");
  recent.set("c", "C", 4);
  expect(["a", "b", "c"].map((key) => recent.get(key))).toEqual(["A", undefined, "C"]);
});

test("counts what is set again once, and keeps nothing that is too heavy by itself", () => {
  const recent = createRecent<number>(10);
  for (let time = 0; time < 5; time += 1) recent.set("a", time, 6);
  recent.set("b", 1, 4);
  expect([recent.get("a"), recent.get("b")]).toEqual([4, 1]);
  recent.set("huge", 1, 11);
  expect(recent.get("huge")).toBeUndefined();
  recent.delete("nothing");
});
