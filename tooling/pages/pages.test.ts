import { expect, test } from "vitest";
import { frameworkProfiles, generatedPages, readPage } from "./pages.ts";

test("every adapter package has a profile", async () => {
  expect((await frameworkProfiles()).map(({ framework }) => framework)).toContain("llama.cpp");
});

test("pages that are made from data say what the data says (else: npm run pages)", async () => {
  for (const [path, text] of await generatedPages()) expect(readPage(path), path).toBe(text);
});
