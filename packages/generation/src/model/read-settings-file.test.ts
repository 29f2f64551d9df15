import { expect, test } from "vitest";
import { readSettingsFile } from "./read-settings-file.ts";

const file = (text: string, sizeBytes = text.length) => ({ path: "model/config.json", sizeBytes, read: async () => new TextEncoder().encode(text) });

test("settings are an object, and none where there is no file", async () => {
  expect(await readSettingsFile(file('{ "a": 1 }'), "acme")).toEqual({ a: 1 });
  expect(await readSettingsFile(undefined, "acme")).toEqual({});
});

test.each([
  ["{", "is not JSON"],
  ["[]", "is not a JSON object"],
  ["null", "is not a JSON object"],
])("%s is refused by the file's name", async (text, what) => {
  await expect(readSettingsFile(file(text), "acme")).rejects.toMatchObject({
    code: "invalid-format",
    message: `model/config.json ${what}.`,
    framework: "acme",
  });
});

test("a file that is too large is refused before it is read", async () => {
  const huge = { ...file("{}", 5_000_000), read: () => Promise.reject(new Error("it was read")) };
  await expect(readSettingsFile(huge, "acme")).rejects.toMatchObject({ code: "invalid-format", message: expect.stringContaining("5000000 bytes") });
});
