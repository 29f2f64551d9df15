import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

describe("canonical JSON", () => {
  it("spells equal values alike, whatever the order of their keys", () => {
    expect(canonicalJson({ b: [1, { d: null, c: true }], a: "x" })).toBe('{"a":"x","b":[1,{"c":true,"d":null}]}');
    expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }));
  });

  it("sorts keys by UTF-16 code units and prints numbers as ECMAScript does, as RFC 8785 asks", () => {
    expect(canonicalJson({ "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    );
    // biome-ignore lint/correctness/noPrecisionLoss: the number is the standard's own example
    expect(canonicalJson([333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe("[333333333.3333333,1e+30,4.5,0.002,1e-27,0]");
  });

  it("leaves undefined out, as JSON does", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([
    ["NaN", { a: [Number.NaN] }, "$.a[0]"],
    ["an infinite number", Number.POSITIVE_INFINITY, "$"],
    ["a lone surrogate", { a: "\ud800" }, "$.a"],
    ["a function", { a: () => 1 }, "$.a"],
    ["undefined in an array", [undefined], "$[0]"],
    ["an object of a class", { a: new Date(0) }, "$.a"],
    ["a big integer", { a: 1n }, "$.a"],
  ])("refuses %s and says where it is", (_what, value, path) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: "invalid-input", message: expect.stringContaining(path) }));
  });
});
