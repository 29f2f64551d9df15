import { describe, expect, it } from "vitest";
import { errorCodes, stages } from "./error-codes.ts";
import { TenfoldError } from "./tenfold-error.ts";

describe("TenfoldError", () => {
  it("takes stage, remedy and whether to retry from its code", () => {
    const error = new TenfoldError("network", "The line is dead.");
    expect(error).toMatchObject({ name: "TenfoldError", code: "network", stage: "download", retryable: true, remedy: errorCodes.network.remedy });
    expect(error).toBeInstanceOf(Error);
  });

  it("lets the thrower know better", () => {
    const error = new TenfoldError("network", "No.", {
      stage: "discovery",
      retryable: false,
      remedy: "Wait.",
      framework: "llama.cpp",
      cause: 1,
      details: { status: 500 },
    });
    expect(error).toMatchObject({ stage: "discovery", retryable: false, remedy: "Wait.", framework: "llama.cpp", cause: 1, details: { status: 500 } });
  });

  it("crosses a process border as JSON and comes back the same", () => {
    const error = new TenfoldError("load-failed", "It broke.", { framework: "llama.cpp", details: { layer: 3 } });
    const back = TenfoldError.fromJSON(JSON.parse(JSON.stringify(error)));
    expect(back.toJSON()).toEqual(error.toJSON());
  });

  it("is recognised by code, also from another copy of the package, and nothing else is", () => {
    const foreign = Object.assign(new Error("x"), { name: "TenfoldError", code: "disposed" });
    expect(TenfoldError.is(foreign, "network", "disposed")).toBe(true);
    expect(TenfoldError.is(foreign, "network")).toBe(false);
    for (const other of [new Error("x"), { code: "network" }, null, "network"]) expect(TenfoldError.is(other)).toBe(false);
  });

  it("wraps what is not one of its own and leaves its own alone", () => {
    const own = new TenfoldError("network", "x");
    expect(TenfoldError.from(own, "load-failed", "Loading")).toBe(own);
    const wrapped = TenfoldError.from(new RangeError("too far"), "load-failed", "Loading failed");
    expect(wrapped).toMatchObject({ code: "load-failed", message: "Loading failed: too far", cause: expect.any(RangeError) });
    expect(TenfoldError.from("text", "load-failed", "Loading failed").message).toBe("Loading failed: text");
  });

  it("has for every code a stage and a remedy that is a sentence", () => {
    for (const [code, entry] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(stages).toContain(entry.stage);
      expect(entry.remedy).toMatch(/^[A-Z].*\.$/);
    }
  });
});
