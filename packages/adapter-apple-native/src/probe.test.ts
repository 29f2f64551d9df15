import { dirname } from "node:path";
import { tinyCoreMlModel, tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { AdapterContext } from "@tenfold/core";
import { nativePartName } from "@tenfold/core/native-parts";
import { expect, test } from "vitest";
import { fakeAppleHost } from "../test/fake-apple-host.ts";
import { fakeDescription } from "../test/fake-description.ts";
import { createAppleHostBinding } from "./bindings/apple-host.ts";
import { coreMl, foundationModels, mlx, swiftTransformers } from "./node.ts";
import { appleHostPart } from "./parts.ts";
import { coreMlProfile, foundationModelsProfile, mlxProfile, swiftTransformersProfile } from "./profile.ts";

const says = (text: string) => fakeAppleHost(`cat <<'END'\n${text}\nEND`);
const whole = says(JSON.stringify(fakeDescription));
const on = (os: string, architecture = "arm64", nativeParts: AdapterContext["nativeParts"] = new Map()): AdapterContext => ({
  ...nodeContext(),
  platform: { name: "node", os, architecture },
  nativeParts,
});

test.each([
  [coreMlProfile, on("linux", "x64"), "6.1.0", "Core ML runs on Apple's systems only; this is Linux.", /macOS 14 or newer/],
  [foundationModelsProfile, on("win32", "x64"), "10.0.26100", "Apple Foundation Models runs on Apple's systems only; this is Windows.", /macOS 26 or newer/],
  [swiftTransformersProfile, on("darwin"), "23.6.0", "Swift Transformers needs macOS 15; this is macOS 14.", /Update macOS/],
  [foundationModelsProfile, on("darwin"), "24.6.0", "Apple Foundation Models needs macOS 26; this is macOS 15.", /Update macOS/],
  [mlxProfile, on("darwin", "x64"), "24.0.0", "MLX needs Apple silicon; this Mac has an Intel processor.", /llama\.cpp/],
  [
    coreMlProfile,
    on("darwin"),
    "25.0.0",
    "The host for Apple's frameworks, tenfold-apple-host, is not among what was added to the store.",
    /frameworks add apple-host/,
  ],
])("probe of $name says exactly what is missing (%#)", async (profile, context, release, message, remedy) => {
  await expect(createAppleHostBinding(profile, undefined, () => release).find(context)).rejects.toMatchObject({
    code: "framework-unavailable",
    message,
    remedy: expect.stringMatching(remedy),
  });
});

test("a host says what it has: version, accelerators, and why not", async () => {
  const without = {
    framework: "apple-foundation-models",
    available: false,
    reason: "Apple Intelligence is switched off.",
    remedy: "Switch it on in Settings.",
  };
  const hostPath = says(JSON.stringify({ ...fakeDescription, frameworks: [...fakeDescription.frameworks.slice(0, 2), without] }));
  expect(await coreMl({ hostPath }).probe(nodeContext())).toMatchObject({
    available: true,
    frameworkVersion: "macOS 26.0",
    accelerators: ["core-ml", "neural-engine", "metal", "cpu"],
  });
  expect(await foundationModels({ hostPath }).probe(nodeContext())).toEqual({ available: false, reason: without.reason, remedy: without.remedy });
  expect(await swiftTransformers({ hostPath }).probe(nodeContext())).toMatchObject({ available: false, reason: expect.stringContaining("left out") });
});

test("the host is found among the native parts", async () => {
  const context = on("darwin", "arm64", new Map([[nativePartName(appleHostPart), dirname(whole)]]));
  expect(await coreMl().probe(context)).toMatchObject({ available: true, notes: [expect.stringContaining(whole)] });
});

test("MLX takes the host in Swift where there is one, and Python where there is none or the user names it", async () => {
  expect(await mlx({ hostPath: whole }).probe(nodeContext())).toMatchObject({ available: true, frameworkVersion: "3.31.3", accelerators: ["metal", "cpu"] });
  expect(await mlx({ hostPath: whole, python: "/no/python" }).probe(nodeContext())).toMatchObject({
    available: false,
    reason: expect.stringContaining("/no/python"),
  });
  expect(await mlx().probe(nodeContext())).toMatchObject({ available: false, remedy: expect.stringContaining("frameworks add mlx") });
});

test.each([
  ["that is not there", "/no/such/host", /no host for Apple's frameworks at \/no/],
  ["that does not start", fakeAppleHost("echo 'dyld: Library not loaded' >&2; exit 6"), /does not start: dyld: Library not loaded/],
  ["that says something else", says("hello"), /says of itself/],
  ["of another version", says(JSON.stringify({ ...fakeDescription, protocolVersion: 2 })), /speaks version 2/],
])("a host %s is told apart, with what helps", async (_what, hostPath, words) => {
  expect(await coreMl({ hostPath }).probe(nodeContext())).toMatchObject({
    available: false,
    reason: expect.stringMatching(words),
    remedy: expect.stringMatching(/apple-host/),
  });
});

test("what Core ML cannot be is refused before anything native is started", async () => {
  const adapter = coreMl({ hostPath: "/no/such/host" });
  await expect(adapter.load(await tinyModel("q4_0"), nodeContext(), {})).rejects.toMatchObject({ code: "unsupported-format" });
  const model = await tinyCoreMlModel();
  const torn = model.files.map((file) => (file.path.endsWith("weight.bin") ? { ...file, sizeBytes: 100 } : file));
  await expect(adapter.load({ ...model, files: torn }, nodeContext(), {})).rejects.toMatchObject({ code: "invalid-format" });
  await expect(adapter.load(model, nodeContext(), { frameworkOptions: { computeUnits: "all" } })).rejects.toMatchObject({ code: "invalid-input" });
  await expect(adapter.load(model, nodeContext(), { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  // Only then is the host looked for.
  await expect(adapter.load(model, nodeContext(), {})).rejects.toMatchObject({ code: "framework-unavailable" });
});

test("an accelerator that is not there is refused in words", async () => {
  const model = await tinyCoreMlModel();
  await expect(coreMl({ hostPath: whole }).load(model, nodeContext(), { accelerator: "cuda" })).rejects.toMatchObject({
    code: "framework-unavailable",
    message: expect.stringContaining("cannot use cuda here"),
  });
});
