import { expect, test } from "vitest";
import { pageHeaders } from "./page-headers.ts";

test("pages run no script but their own, and appear in no frame", () => {
  const { "content-security-policy": policy, ...rest } = pageHeaders({ nonce: "abc", development: false });
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  expect(rest).toMatchObject({ "x-content-type-options": "nosniff", "x-frame-options": "DENY" });
});

test("only development makes functions from text", () => {
  expect(pageHeaders({ nonce: "abc", development: true })["content-security-policy"]).toContain("'unsafe-eval'");
});
