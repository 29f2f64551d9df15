import { expect, test } from "vitest";
import { deferred } from "../../test/deferred.ts";
import { askedTogether } from "./asked-together.ts";

test("who asks while a question is on its way shares the next one, and hears nothing that is older than their asking", async () => {
  const answers = [deferred(), deferred(), deferred()] as const;
  let asked = 0;
  const ask = askedTogether(() => {
    asked += 1;
    const mine = asked;
    return (answers[mine - 1] ?? answers[2]).promise.then(() => mine);
  });
  const first = ask();
  const second = ask();
  const third = ask();
  expect(asked).toBe(1);
  answers[0].resolve();
  expect(await first).toBe(1);
  answers[1].resolve();
  expect([await second, await third, asked]).toEqual([2, 2, 2]);
  answers[2].resolve();
  expect([await ask(), asked]).toEqual([3, 3]);
});

test("a question that fails fails for those who shared it, and the next is asked anew", async () => {
  let asked = 0;
  const ask = askedTogether(async () => {
    asked += 1;
    if (asked === 1) throw new Error("away");
    return asked;
  });
  const [first, second] = await Promise.allSettled([ask(), ask()]);
  expect(first).toMatchObject({ status: "rejected" });
  expect(second).toEqual({ status: "fulfilled", value: 2 });
});
