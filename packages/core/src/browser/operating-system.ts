/** Which system a browser says it runs on, in Node's words where Node runs there too. Desktop mode of an iPad says macOS. */
export function operatingSystem(userAgent: string): string {
  for (const [pattern, name] of systems) if (pattern.test(userAgent)) return name;
  return "unknown";
}

/** Phones name their relatives too, so they come first. */
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, "ios"],
  [/Android/, "android"],
  [/Windows/, "win32"],
  [/Macintosh/, "darwin"],
  [/Linux|CrOS/, "linux"],
];
