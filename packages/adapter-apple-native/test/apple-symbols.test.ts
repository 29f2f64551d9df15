import { expect, test } from "vitest";
import { appleOnly, appleSymbols, declaredIn, namesIn, ownNames, swiftSources } from "./apple-symbols.ts";

// On Linux the compiler holds the sources to the stubs, and these tests hold the stubs to the table.
const stubbed = ["CoreML", "FoundationModels"] as const;
/** The package's own minimum: Package.swift. */
const oldest = { ios: 17, macos: 14 };
const sources = swiftSources("Sources");
const core = sources.filter(({ path }) => !path.includes("TenfoldAppleLibraries"));

const tableOf = (framework: string) =>
  Object.entries(appleSymbols[framework] ?? {}).flatMap(([type, { members }]) => [type, ...Object.keys(members).map((member) => `${type}.${member}`)]);

test.each(stubbed)("what the stub of %s declares is what the table lists, no more and no less", (framework) => {
  const declared = swiftSources("Stubs")
    .filter(({ path }) => path.includes(framework) && !path.includes("Stubbed"))
    .flatMap(({ text }) => declaredIn(text));
  expect(tableOf(framework).sort()).toEqual(expect.arrayContaining([...new Set(declared)].sort()));
  // Types of which a stub extends the members of others are listed for these alone.
  expect(tableOf(framework).filter((name) => !declared.includes(name) && !declared.some((one) => one.startsWith(`${name}.`)))).toEqual([]);
});

test("what no Linux compiles uses nothing of Apple's that the table lacks", () => {
  const listed = new Set(
    Object.values(appleSymbols).flatMap((types) => Object.entries(types).flatMap(([type, { members }]) => [...type.split("."), ...Object.keys(members)])),
  );
  const own = ownNames(sources);
  // Of the language, and of what Foundation and Dispatch have on every system.
  const everywhere = new Set(
    (
      "AsyncStream Bool Double FileManager Float Int MainActor Sendable Void Self String Task UInt8 UTF8 contains map prefix yield onTermination init self run cancel default path " +
      "setAttributes nil some URLSession decoding repeating count ofItemAtPath withIdentifier data update level nonisolated"
    ).split(" "),
  );
  const unlisted = core.flatMap(({ path, text }) =>
    [...namesIn(appleOnly(text))].filter((name) => !own.has(name) && !listed.has(name) && !everywhere.has(name)).map((name) => `${path}: ${name}`),
  );
  expect(unlisted).toEqual([]);
});

test("what the table lists is used", () => {
  const used = new Set(core.flatMap(({ text }) => [...namesIn(appleOnly(text)), ...[...text.matchAll(/\.(\w+)/g)].map(([, name]) => name ?? "")]));
  const idle = Object.entries(appleSymbols)
    .filter(([framework]) => !stubbed.some((one) => one === framework))
    .flatMap(([, types]) =>
      Object.entries(types).flatMap(([type, { members }]) => {
        const names = Object.keys(members).length > 0 ? Object.keys(members) : [type];
        return names.filter((name) => !used.has(name)).map((name) => `${type}: ${name}`);
      }),
    );
  expect(idle).toEqual([]);
});

test("a name that the table lacks would be found", () => {
  const used = namesIn(appleOnly("#if canImport(Metal)\n  let queue = MTLCreateSystemDefaultDevice()?.makeCommandQueue()\n#endif\nlet x = MLModel()"));
  expect([...used].sort()).toEqual(["MTLCreateSystemDefaultDevice", "makeCommandQueue"]);
  expect(
    declaredIn("public class MLModel: NSObject {\n  public func a(b: Int) {}\n  /// For tests.\n  public var c = 1\n  enum D {\n    case e\n  }\n}"),
  ).toEqual(["MLModel", "MLModel.a"]);
  expect(declaredIn("public enum E: Int {\n  case one = 1\n  case two(F)\n}\nextension G where A == B {\n  public static func h() {}\n}")).toEqual([
    "E",
    "E.one",
    "E.two",
    "G.h",
  ]);
});

test("each symbol has a page of Apple's documentation and a version", () => {
  for (const types of Object.values(appleSymbols)) {
    for (const [type, { page, ios, members }] of Object.entries(types)) {
      expect(page, type).toMatch(/^https:\/\/developer\.apple\.com\/documentation\/[a-z0-9()_:/.-]+$/);
      expect(ios, type).toBeGreaterThan(0);
      for (const member of Object.values(members)) expect(member.ios ?? ios, type).toBeGreaterThanOrEqual(ios);
    }
  }
});

test("what came after the package's oldest systems is asked for only where they are looked at", () => {
  const newer = stubbed.flatMap((framework) =>
    Object.entries(appleSymbols[framework] ?? {}).flatMap(([type, { ios, macos, members }]) => [
      ...(ios > oldest.ios || macos > oldest.macos ? [{ name: type.split(".").at(-1) ?? "", type, ios }] : []),
      ...Object.entries(members).flatMap(([name, since]) => ((since.ios ?? ios) > oldest.ios ? [{ name, type, ios: since.ios ?? ios }] : [])),
    ]),
  );
  // Types, and members whose names are nobody else's.
  const telling = newer.filter(({ name, type }) => /^ML|[Ss]tate/.test(name) || (name === type && /Model|Session|Transcript|Generat/.test(name)));
  expect(telling.map(({ name }) => name)).toEqual(expect.arrayContaining(["MLState", "makeState", "stateDescriptionsByName", "LanguageModelSession"]));
  const unguarded = core.flatMap(({ path, text }) =>
    telling
      .filter(({ name }) => new RegExp(`\\b${name}\\b`).test(text))
      .filter(({ ios }) => !new RegExp(`available\\(iOS (?:${Array.from({ length: 15 }, (_, index) => Math.ceil(ios) + index).join("|")})\\.0`).test(text))
      .map(({ name }) => `${path}: ${name}`),
  );
  expect(unguarded).toEqual([]);
});
