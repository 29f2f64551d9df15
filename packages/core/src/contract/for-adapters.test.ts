import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import { expect, test } from "vitest";
import type { AdapterContext } from "./adapter.ts";
import type { InstalledModel } from "./installed-model.ts";
import { beginLoad } from "./load-checks.ts";
import { silentLog } from "./log.ts";
import { supportOf } from "./support-of.ts";
import { createUnavailableAdapter } from "./unavailable-adapter.ts";

const told = (error: unknown) => TenfoldError.from(error, "framework-unavailable", "Acme does not run here", { remedy: "Install acme." });

test("a framework that opens is there, and one that does not says why and what would help", async () => {
  const found = { frameworkVersion: "1.2", accelerators: ["cpu"] } as const;
  expect(await supportOf(async () => found, told)).toEqual({ available: true, ...found });
  const support = await supportOf(() => Promise.reject(new Error("no such file")), told);
  expect(support).toEqual({ available: false, reason: expect.stringContaining("no such file"), remedy: "Install acme." });
});

test("a load begins with its signal and its numbers, and its progress never falls", () => {
  const reason = new Error("nobody wants it");
  expect(() => beginLoad({ signal: AbortSignal.abort(reason), threads: -1 })).toThrow(reason);
  expect(() => beginLoad({ threads: -1 })).toThrow(expect.objectContaining({ code: "invalid-input", message: expect.stringContaining("threads") }));
  const seen: number[] = [];
  const report = beginLoad({ onProgress: (fraction) => seen.push(fraction) });
  for (const fraction of [0.1, 0.3, 0.2, 0.3, 1]) report(fraction);
  expect(seen).toEqual([0.1, 0.3, 1]);
});

test("an adapter without a binding says what its profile says of the platform", async () => {
  const here: FrameworkProfile["platforms"]["node"] = { supported: true, through: "acme-node", proof: "prepared", accelerators: ["cpu"] };
  const profile: FrameworkProfile = {
    ...{ framework: "acme", name: "Acme", package: "@tenfold/adapter-acme", licence: "MIT", homepage: "https://example.org", formats: ["gguf"] },
    platforms: { node: here, browser: { supported: false, reason: "Acme needs files.", remedy: "Use ONNX." }, "react-native": here },
  };
  const adapter = createUnavailableAdapter(profile);
  const on = (name: AdapterContext["platform"]["name"]): AdapterContext => ({
    platform: { name, os: "", architecture: "" },
    nativeParts: new Map(),
    log: silentLog,
  });
  expect(await adapter.probe(on("browser"))).toEqual({ available: false, reason: "Acme needs files.", remedy: "Use ONNX." });
  expect(await adapter.probe(on("node"))).toMatchObject({
    available: false,
    remedy: "Let the bundler resolve @tenfold/adapter-acme with the condition `node` or `react-native`.",
  });
  const load = adapter.load({} as InstalledModel, on("browser"), {});
  await expect(load).rejects.toMatchObject({ code: "framework-unavailable", message: "Acme does not run here. Acme needs files.", remedy: "Use ONNX." });
});
