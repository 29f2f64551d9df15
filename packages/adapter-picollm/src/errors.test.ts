import * as vendor from "@picovoice/picollm-node";
import type { ErrorCode } from "@tenfold/catalog";
import { TenfoldError } from "@tenfold/catalog";
import { expect, test } from "vitest";
import { fromVendor, type VendorErrorName, vendorErrorNames } from "./errors.ts";

const classes = { ...vendor };

const expected: readonly [VendorErrorName, ErrorCode, remedy: RegExp, retryable: boolean][] = [
  ["PicoLLMOutOfMemoryError", "out-of-memory", /smaller/, false],
  ["PicoLLMIOError", "load-failed", /file can be read/, false],
  ["PicoLLMInvalidArgumentError", "load-failed", /damaged/, false],
  ["PicoLLMStopIterationError", "load-failed", /\./, false],
  ["PicoLLMKeyError", "unauthorized", /AccessKey/, false],
  ["PicoLLMInvalidStateError", "load-failed", /anew/, false],
  ["PicoLLMRuntimeError", "load-failed", /CPU/, false],
  ["PicoLLMActivationError", "unauthorized", /servers are in reach/, true],
  ["PicoLLMActivationLimitReachedError", "unauthorized", /plan/, false],
  ["PicoLLMActivationThrottledError", "unauthorized", /wait/, true],
  ["PicoLLMActivationRefusedError", "unauthorized", /refuses this AccessKey/, false],
];

test("every error class that the real package exports has a meaning", () => {
  const exported = Object.keys(vendor).filter((name) => name.endsWith("Error") && name !== "PicoLLMError");
  expect([...vendorErrorNames].sort()).toEqual(exported.sort());
  expect(expected.map(([name]) => name).sort()).toEqual(exported.sort());
});

test.each(expected)("%s is %s, with a remedy", (name, code, remedy, retryable) => {
  const error = new classes[name]("PicoLLM failed to initialize", ["df2f635 000000CA: Failed to read from file."]);
  const told = fromVendor(error, vendor, "load-failed", "picoLLM cannot load it");
  expect(told).toMatchObject({ code, retryable, framework: "picollm", message: "picoLLM cannot load it: PicoLLM failed to initialize" });
  expect(told.remedy).toMatch(remedy);
  expect(told.details).toEqual({ vendorError: name, messages: ["df2f635 000000CA: Failed to read from file."] });
});

test("what is none of them is the failure of what was done", () => {
  for (const error of [new vendor.PicoLLMError("odd"), new Error("odd"), "odd"])
    expect(fromVendor(error, vendor, "generation-failed", "It failed")).toMatchObject({ code: "generation-failed", message: "It failed: odd" });
  const own = new TenfoldError("disposed", "gone");
  expect(fromVendor(own, vendor, "generation-failed", "It failed")).toBe(own);
});

test.each([
  ["Cannot find package '@picovoice/picollm-node' imported from /a.js", /Install @picovoice/],
  ["System freebsd/x64 is not supported by this library.", /Linux \(x86-64\)/],
  ["Unsupported CPU: '0xd0c'", /Raspberry Pi/],
])("a machine that lacks something is told what (%s)", (message, remedy) => {
  const told = fromVendor(new vendor.PicoLLMRuntimeError(message), vendor, "load-failed", "picoLLM does not run here");
  expect(told.code).toBe("framework-unavailable");
  expect(told.remedy).toMatch(remedy);
});
