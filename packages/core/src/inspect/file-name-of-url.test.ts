import { expect, test } from "vitest";
import { fileNameOfUrl } from "./file-name-of-url.ts";

test.each([
  ["https://files.example/a/My%20Model.gguf?sig=1#x", "My Model.gguf"],
  ["https://files.example/a%2Fb%2Fmodel.gguf", "model.gguf"],
  ["https://files.example/..%5C..%5Cmodel.gguf", "model.gguf"],
  ["https://files.example/100%25.gguf", "100%.gguf"],
  ["https://files.example/folder/", "model"],
  ["https://files.example", "model"],
])("the file at %s is called %s", (url, name) => {
  expect(fileNameOfUrl(url)).toBe(name);
});

test.each(["https://files.example/%ZZ.gguf", "https://files.example/half%", "https://files.example/%FF.gguf"])("%s names no file", (url) => {
  expect(() => fileNameOfUrl(url)).toThrow(expect.objectContaining({ code: "invalid-input", remedy: expect.stringContaining("%25") }));
});
