import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FrameworkProfile, PlatformSupport } from "../../packages/catalog/src/framework-profile.ts";
import { recordedRows, type SameTokensRow, sameTokensTable } from "./same-tokens.ts";

const root = new URL("../../", import.meta.url);

/**
 * Files that are, or hold, text made from data. `npm run pages` writes them; a test holds them.
 * @param rows what the tests measured of every form; as it was recorded, or with this machine's last runs.
 */
export async function generatedPages(rows = recordedRows()): Promise<Map<string, string>> {
  const profiles = await frameworkProfiles();
  return new Map([
    ["README.md", readmePage(profiles, rows)],
    // The hub shows frameworks that it does not install.
    ["apps/hub-web/src/frameworks/profiles.json", `${JSON.stringify(profiles, null, 2)}\n`],
    ["docs/errors.md", await errorPage()],
  ]);
}

function readmePage(profiles: readonly FrameworkProfile[], rows: readonly SameTokensRow[]): string {
  const nameOf = (framework: string) => profiles.find((profile) => profile.framework === framework)?.name ?? framework;
  const withPlatforms = replaceSection(readPage("README.md"), "platforms", platformTable(profiles));
  return replaceSection(withPlatforms, "same-tokens", sameTokensTable(rows, nameOf));
}

export function readPage(path: string): string {
  const file = new URL(path, root);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** The profile of every adapter package, by framework. */
export async function frameworkProfiles(): Promise<FrameworkProfile[]> {
  const { frameworkProfileSchema } = await import("../../packages/catalog/src/framework-profile.ts");
  const profiles: FrameworkProfile[] = [];
  for (const name of readdirSync(new URL("packages/", root)).sort()) {
    const file = new URL(`packages/${name}/src/profile.ts`, root);
    if (!existsSync(file)) continue;
    const exported = Object.entries((await import(pathToFileURL(fileURLToPath(file)).href)) as Record<string, unknown>);
    // Vitest gives them in the order of the source, Node by their names.
    profiles.push(...exported.sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, value]) => frameworkProfileSchema.safeParse(value).data ?? []));
  }
  return profiles;
}

function platformTable(profiles: readonly FrameworkProfile[]): string {
  const rows = profiles.map(({ name, formats, platforms, package: packageName }) => {
    const cells = [`${name} (\`${packageName}\`)`, formats.join(", "), cell(platforms.node), cell(platforms.browser), cell(platforms["react-native"])];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| Framework | Formats | Node | Browser | React Native |", "|---|---|---|---|---|", ...rows].join("\n");
}

function cell(support: PlatformSupport): string {
  if (!support.supported) return `no: ${support.reason.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()).replace(/\.$/, "")}`;
  return `${support.proof === "tested" ? "runs" : "prepared"}, through ${support.through}`;
}

async function errorPage(): Promise<string> {
  const { errorCodes } = await import("../../packages/catalog/src/error-codes.ts");
  const rows = Object.entries(errorCodes).map(([code, { stage, retryable, remedy }]) => `| \`${code}\` | ${stage} | ${retryable ? "yes" : ""} | ${remedy} |`);
  return `# Errors

Everything that fails in Tenfold rejects with a \`TenfoldError\`: a \`code\` for programs, a \`message\` that says what happened to what, and a \`remedy\` for
people. An abort rejects with the signal's own reason instead. Whoever throws an error may know a better stage or remedy than the usual one shown here.

This page is made from \`packages/catalog/src/error-codes.ts\` by \`npm run pages\`.

| Code | Stage | Worth a retry | Usual remedy |
|---|---|---|---|
${rows.join("\n")}
`;
}

function replaceSection(page: string, name: string, content: string): string {
  const section = new RegExp(`(<!-- ${name}: .*? -->\n)[\\s\\S]*?(\n<!-- /${name} -->)`);
  if (!section.test(page)) throw new Error(`The page has no section ${name}.`);
  return page.replace(section, (_all, start: string, end: string) => `${start}${content}${end}`);
}
