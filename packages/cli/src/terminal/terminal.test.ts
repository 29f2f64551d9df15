import { TenfoldError } from "@tenfold/catalog";
import { describe, expect, it } from "vitest";
import { describeError } from "./describe-error.ts";
import { describeLimit } from "./describe-limit.ts";
import { formatDuration, formatSize } from "./format-size.ts";
import { printable } from "./printable.ts";
import { createProgressDisplay, progressLine } from "./progress-display.ts";
import { formatTable } from "./table.ts";

describe("sizes and durations", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [98_362_432, "98.4 MB"],
    [999_960_000, "1.0 GB"],
    [4_652_318_720, "4.7 GB"],
    [123_456_789, "123 MB"],
  ])("prints %d bytes as %s", (sizeBytes, text) => expect(formatSize(sizeBytes)).toBe(text));

  it.each([
    [400, "1s"],
    [59_000, "59s"],
    [75_000, "1m 15s"],
    [3_725_000, "1h 2m"],
  ])("prints %d ms as %s", (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));
});

describe("a limit", () => {
  it.each([
    [{ tokensPerSecond: 10 }, "slowed to 10 tokens/s: the device is hot"],
    [{ tokensPerSecond: 0 }, "paused: the device is hot"],
    [{}, "at full speed again: the device is hot"],
  ])("of %j is told in words", (limit, text) => expect(describeLimit({ type: "limit", reason: "the device is hot", ...limit })).toBe(text));
});

describe("a progress line", () => {
  const event = {
    stage: "download",
    stageFraction: 0.5,
    overallFraction: 0.4,
    remainingMs: 1000,
    bytes: { received: 49_200_000, total: 98_400_000, perSecond: 48_000_000 },
  } as const;

  it("says what happens, how far it is, how fast and how long it takes", () => {
    expect(progressLine(event, 100)).toMatch(/^Downloading ━+─+ 50 % {2}49\.2 MB of 98\.4 MB {2}48\.0 MB\/s {2}1s left$/);
  });

  it.each([1, 10, 40, 60, 80, 200])("fits into %d columns", (columns) => {
    expect(progressLine(event, columns).length).toBeLessThanOrEqual(Math.max(1, columns - 1));
  });

  it("is drawn over itself on a terminal, not too often, and wiped at the end", () => {
    const written: string[] = [];
    let nowMs = 0;
    const display = createProgressDisplay({ isTTY: true, columns: 80, write: (text) => written.push(text) }, "m", () => nowMs);
    for (let step = 0; step < 100; step += 1) {
      nowMs += 1;
      display.show({ ...event, stageFraction: step / 100 });
    }
    display.end();
    expect(written.length).toBeLessThan(5);
    expect(written.join("")).not.toContain("\n");
    expect(written.at(-1)).toBe("\r\u001b[2K");
  });

  it("becomes at most eleven plain lines where there is no terminal", () => {
    const written: string[] = [];
    const display = createProgressDisplay({ write: (text) => written.push(text) }, "smollm2");
    for (let step = 0; step <= 1000; step += 1) display.show({ ...event, stageFraction: step / 1000 });
    display.end();
    expect(written).toHaveLength(11);
    expect(written[5]).toBe("smollm2: 50 % (49.2 MB of 98.4 MB)\n");
    expect(written.join("")).not.toContain("\u001b");
  });
});

describe("a table", () => {
  it("aligns its columns and cuts the last one to fit", () => {
    expect(
      formatTable(
        ["A", "NAME"],
        [
          ["long", "x"],
          ["b", "a rather long name"],
        ],
        15,
      ),
    ).toBe("A     NAME\nlong  x\nb     a rather…\n");
  });
});

describe("an error", () => {
  const error = new TenfoldError("network", "Cannot reach the hub.", { cause: new Error("socket") });
  it("says what happened and what to do", () => {
    expect(describeError(error, { json: false, verbose: false })).toBe(
      "error: Cannot reach the hub.\n  Check the connection and try again; what was downloaded is kept.\n",
    );
    expect(describeError(error, { json: false, verbose: true })).toContain("cause: Error: socket");
  });
  it("is one line of JSON for programs", () => {
    expect(JSON.parse(describeError(error, { json: true, verbose: false }))).toMatchObject({ error: { code: "network", retryable: true } });
  });
  it("of another kind keeps its words", () => {
    expect(describeError(new RangeError("too far"), { json: false, verbose: false })).toBe("error: too far\n");
  });
});

describe("text from files of others", () => {
  it("keeps its lines and letters and loses what a terminal would obey", () => {
    expect(printable("a\tb\nc \u001b[31mred\u0007 \u202egnp.exe é漢")).toBe("a\tb\nc \ufffd[31mred\ufffd \ufffdgnp.exe é漢");
  });
});
