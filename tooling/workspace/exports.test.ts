import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { workspacePackages } from "../bootstrap/workspace-packages.mjs";

type Exports = string | { readonly [condition: string]: Exports };

const published = workspacePackages().filter(({ manifest }) => !manifest.private);

/** What a source entry becomes in the packed package: types first, then the code. */
function builtFrom(entry: Exports): Exports {
  if (typeof entry !== "string") return Object.fromEntries(Object.entries(entry).map(([condition, value]) => [condition, builtFrom(value)]));
  if (!/^\.\/src\/.*\.tsx?$/.test(entry)) return entry;
  const built = entry.replace("./src/", "./dist/").replace(/\.tsx?$/, "");
  return { types: `${built}.d.ts`, default: `${built}.js` };
}

test("every published package is built before the tests that pack it", () => {
  const { tasks } = JSON.parse(readFileSync(new URL("../../turbo.json", import.meta.url), "utf8"));
  expect(tasks["@tenfold/tooling#test"].dependsOn).toEqual(published.map(({ name }) => `${name}#build`));
});

describe.each(published)("$name", ({ manifest, folder }) => {
  test("publishes what it exports in the workspace, built", () => {
    const expected = Object.fromEntries(Object.entries(manifest.exports as Record<string, Exports>).map(([key, entry]) => [key, builtFrom(entry)]));
    expect(manifest.publishConfig?.exports).toEqual(expected);
  });

  test("names types first under every condition", () => {
    const check = (entry: Exports): void => {
      if (typeof entry === "string") return;
      const conditions = Object.keys(entry);
      if (conditions.includes("types")) expect(conditions[0]).toBe("types");
      for (const value of Object.values(entry)) check(value);
    };
    check(manifest.publishConfig.exports);
  });

  test("is an ES module of its own folder's name, under the project's licence, and ships what it builds", () => {
    expect(manifest).toMatchObject({ type: "module", license: "Apache-2.0", name: `@tenfold/${folder.split("/").at(-1)}` });
    expect(manifest.files).toContain("dist");
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(["build", "lint", "test", "types"]));
  });

  test("depends on workspace packages by workspace: and on others by the version catalog", () => {
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies } as Record<string, string>;
    for (const [name, version] of Object.entries(wanted)) expect([name, version]).toEqual([name, name.startsWith("@tenfold/") ? "workspace:*" : "catalog:"]);
  });
});
