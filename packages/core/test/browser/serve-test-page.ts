import { type PageServer, servePages } from "@tenfold/tooling/browser";

/** Serves `page.ts`. */
export function serveTestPage(): Promise<PageServer> {
  return servePages({ scripts: ["page", "case-worker"].map((name) => new URL(`./${name}.ts`, import.meta.url)) });
}
