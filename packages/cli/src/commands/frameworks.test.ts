import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runTenfold } from "../../test/run-tenfold.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const wheel = "litert_lm_api-0.18.1-py3-none-manylinux_2_27_x86_64.whl";

test("frameworks list says what runs here, and what would help where something does not", async () => {
  const text = await runTenfold(["frameworks", "list"], { home });
  expect(text).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/llama\.cpp +gguf/) });
  expect(text.stdout).toContain("tenfold frameworks add litert-lm");
  const { stdout } = await runTenfold(["frameworks", "list", "--json"], { home });
  const { frameworks, parts } = JSON.parse(stdout);
  expect(frameworks).toContainEqual(expect.objectContaining({ framework: "litert-lm", support: expect.objectContaining({ available: false }) }));
  expect(parts).toEqual([]);
});

test.skipIf(process.platform !== "linux" || process.arch !== "x64")(
  "frameworks add shows the licence, and refuses what the vendor did not publish",
  async () => {
    await writeFile(join(home, wheel), "This is no wheel.");
    const refused = await runTenfold(["frameworks", "add", "litert-lm", "--from", home], { home });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("licence Apache-2.0");
    expect(refused.stderr).toContain(`${wheel} should have 47051755 bytes and has 17.`);
    const absent = await runTenfold(["frameworks", "add", "litert-lm", "--from", join(home, "nowhere")], { home });
    expect(absent.stderr).toContain("There is no file or folder");
  },
);

test("frameworks add and remove name what there is", async () => {
  const unknown = await runTenfold(["frameworks", "add", "no-such-thing"], { home });
  expect(unknown.exitCode).not.toBe(0);
  expect(unknown.stderr).toContain("These are: litert-lm");
  const absent = await runTenfold(["frameworks", "remove", "litert-lm"], { home });
  expect(absent.stderr).toContain("litert-lm is not in the store.");
});
