import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audit } from "./audit.ts";
import { add, link, list, role } from "./user.ts";

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "tenfold-hub-"));
});
afterAll(() => rm(data, { recursive: true, force: true }));

/** What a command prints. */
async function printed(run: (write: (text: string) => void) => Promise<void>): Promise<string> {
  let text = "";
  await run((more) => {
    text += more;
  });
  return text;
}

test("whoever has the console lets people in and out of a hub that is stopped", async () => {
  expect(await printed((write) => list({ data }, write))).toContain("Nobody has an account yet");
  expect(await printed((write) => link(undefined, { data }, write))).toMatch(/^http:\/\/127\.0\.0\.1:3210\/join\/[\w-]{43}\nworks once, until /);
  expect(await printed((write) => add("Bo@Example.org", { data, role: "reviewer" }, write))).toMatch(/\/join\/[\w-]{43}\n/);
  await expect(add("no address", { data, role: "curator" }, () => {})).rejects.toMatchObject({ code: "invalid-input" });
  await expect(add("cy@example.org", { data, role: "king" }, () => {})).rejects.toMatchObject({
    code: "invalid-input",
    message: expect.stringContaining("role"),
  });
  await expect(link("nobody@example.org", { data }, () => {})).rejects.toMatchObject({ code: "invalid-input" });
  await expect(role("nobody@example.org", "admin", { data }, () => {})).rejects.toMatchObject({ code: "invalid-input" });
  const lines = await printed((write) => audit({ data, limit: "10" }, write));
  expect(lines).toMatch(/user\.invite +user bo@example\.org {2}by console\n$/);
  expect(JSON.parse(await printed((write) => audit({ data, limit: "1", json: true }, write)))).toMatchObject({
    action: "user.invite",
    details: { role: "reviewer" },
  });
});
