import { expect, it } from "vitest";
import { createMemoryLedger } from "./memory-ledger.ts";

it("knows no bound without a limit or a reading", () => {
  expect(createMemoryLedger({ marginBytes: 10 }).freeBytes).toBe(Number.POSITIVE_INFINITY);
});

it("takes the lower of the limit and what the device has beside the margin", () => {
  const ledger = createMemoryLedger({ limitBytes: 100, marginBytes: 10 });
  expect(ledger.capacityBytes).toBe(100);
  ledger.observe(60);
  expect(ledger.capacityBytes).toBe(50);
  ledger.observe(500);
  expect(ledger.capacityBytes).toBe(100);
  ledger.observe(4);
  expect(ledger.capacityBytes).toBe(0);
});

it("leaves 256 MiB to others unless it is told how much, and a quarter where there is little", () => {
  const ledger = createMemoryLedger({});
  const mebibyte = 1024 * 1024;
  ledger.observe(4000 * mebibyte);
  expect(ledger.capacityBytes).toBe(3744 * mebibyte);
  ledger.observe(400 * mebibyte);
  expect(ledger.capacityBytes).toBe(300 * mebibyte);
});

it("does not count a load twice while its memory goes from promised to taken", () => {
  const ledger = createMemoryLedger({ marginBytes: 0 });
  ledger.observe(100);
  const loading = ledger.reserve(60);
  for (const available of [100, 80, 40]) {
    ledger.observe(available);
    expect(ledger.freeBytes).toBe(40);
  }
  loading.resize(50);
  ledger.observe(50);
  expect(ledger.freeBytes).toBe(50);
});

it("does not take mapped weights, which the system counts as available, for free", () => {
  const ledger = createMemoryLedger({ marginBytes: 0 });
  ledger.observe(100);
  ledger.reserve(80);
  ledger.observe(100);
  expect(ledger.freeBytes).toBe(20);
});

it("notices when others take memory, and when they give it back", () => {
  const ledger = createMemoryLedger({ marginBytes: 0 });
  ledger.observe(100);
  const own = ledger.reserve(30);
  ledger.observe(20);
  expect(ledger.freeBytes).toBe(20);
  ledger.observe(90);
  expect(ledger.freeBytes).toBe(60);
  own.release();
  own.release();
  ledger.observe(100);
  expect([ledger.freeBytes, ledger.reservedBytes]).toEqual([100, 0]);
});
