import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const swift = fileURLToPath(new URL("../swift/", import.meta.url));

/** Since when Apple's systems have something, and the page that says so. */
interface Availability {
  page: string;
  ios: number;
  macos: number;
}

interface AppleType extends Availability {
  /** Members that came later than their type have figures of their own. */
  members: Readonly<Record<string, Partial<Availability>>>;
}

/** swift/apple-symbols.json: all of Apple's that the sources use, by framework and type. */
export type AppleSymbols = Readonly<Record<string, Readonly<Record<string, AppleType>>>>;

export const appleSymbols = JSON.parse(readFileSync(join(swift, "apple-symbols.json"), "utf8")) as AppleSymbols;

export interface SwiftSource {
  path: string;
  text: string;
}

export function swiftSources(folder: "Sources" | "Stubs"): SwiftSource[] {
  return readdirSync(join(swift, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".swift"))
    .sort()
    .map((path) => ({ path: join(folder, path), text: withoutWords(readFileSync(join(swift, folder, path), "utf8")) }));
}

/** What a stub declares as Apple's: `MLModel`, `MLModel.makeState`. What stands under "For tests" is none of theirs. */
export function declaredIn(source: string): string[] {
  const declared: string[] = [];
  const types: { name: string; depth: number; isEnum: boolean; isProtocol: boolean }[] = [];
  let depth = 0;
  let isOurs = false;
  for (const line of source.split("\n")) {
    const owner = types.at(-1);
    const type = /^\s*public (?:final )?(class|struct|enum|protocol) (\w+)/.exec(line) ?? /^()extension (\w+)/.exec(line);
    const member = /^\s*public (?:static )?(?:func|var|let|typealias) `?(\w+)/.exec(line) ?? /^\s*public (init)\b/.exec(line);
    const required = owner?.isProtocol ? /^\s*(?:func|var|associatedtype) (\w+)/.exec(line) : null;
    if (!isOurs) {
      if (type?.[1] && type[2]) declared.push([...types.map(({ name }) => name), type[2]].join("."));
      else if (member?.[1] ?? required?.[1]) declared.push([...types.map(({ name }) => name), member?.[1] ?? required?.[1]].join("."));
      if (/\bcase \w/.test(line) && (owner?.isEnum || type?.[1] === "enum")) {
        const path = [...types.map(({ name }) => name), ...(type?.[2] ? [type[2]] : [])];
        for (const [, name] of line.replace(/^.*?\bcase /, "").matchAll(/(?:^|, )(\w+)/g)) declared.push([...path, name].join("."));
      }
    }
    if (type?.[2] && line.includes("{") && !line.trimEnd().endsWith("}")) {
      types.push({ name: type[2], depth, isEnum: type[1] === "enum", isProtocol: type[1] === "protocol" });
    }
    depth += (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);
    while (types.length > 0 && depth <= (types.at(-1)?.depth ?? 0)) types.pop();
    isOurs = /\/\/\/ For tests\.$/.test(line.trimEnd()) || (isOurs && line.trim().startsWith("///"));
  }
  return [...new Set(declared)];
}

/** Parts of a source that no Linux compiles: what stands between `#if` with something of Apple's and its end. */
export function appleOnly(source: string): string {
  const kept: string[] = [];
  const open: boolean[] = [];
  for (const line of source.split("\n")) {
    const condition = /^\s*#(?:if|elseif) (.*)/.exec(line)?.[1];
    const isApple =
      condition !== undefined &&
      /canImport\((?:Darwin|ObjectiveC|Metal|CryptoKit)\)|os\((?:iOS|macOS)\)|targetEnvironment/.test(condition) &&
      !/!canImport/.test(condition);
    if (/^\s*#if /.test(line)) open.push(isApple);
    else if (/^\s*#elseif /.test(line)) open[open.length - 1] = isApple;
    else if (/^\s*#else/.test(line)) open[open.length - 1] = false;
    else if (/^\s*#endif/.test(line)) open.pop();
    else if (open.includes(true)) kept.push(line);
  }
  return kept.join("\n");
}

/** Names that could be somebody else's: types, members, and functions that are called. */
export function namesIn(source: string): Set<string> {
  const code = source.replace(/^\s*(?:@\w+ )?import .*$/gm, "");
  const names = [
    ...code.matchAll(/(?<![\w.])([A-Z]\w+)/g),
    ...code.matchAll(/(?<=[\w)\]}?]|[\s([,:])\.([a-z]\w*)/g),
    ...code.matchAll(/(?<![\w.])([a-z]\w*)(?=\()/g),
  ];
  return new Set(names.map((match) => match[1] ?? ""));
}

/** Names that the sources themselves declare, parameters and local values among them. */
export function ownNames(sources: readonly SwiftSource[]): Set<string> {
  const own = new Set<string>();
  for (const { text } of sources) {
    for (const [, name] of text.matchAll(/\b(?:class|struct|enum|actor|protocol|typealias|func|var|let|case|import) `?(\w+)/g)) own.add(name ?? "");
    for (const [, list] of text.matchAll(/\bcase ([\w, ]+)$/gm)) for (const name of (list ?? "").split(", ")) own.add(name);
  }
  return own;
}

/** Comments and texts say names that they do not use. */
function withoutWords(source: string): string {
  return source
    .split("\n")
    .map((line) => (/^\s*\/\/\/ For tests\.$/.test(line) ? line : line.replace(/"(?:\\.|[^"\\])*"/g, '""').replace(/\/\/.*$/, "")))
    .join("\n");
}
