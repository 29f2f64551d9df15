import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

const html = `<!doctype html><title>Tenfold</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>`;

/** Serves the test page, isolated as pages with WebAssembly threads are. Under `/no-workers` its policy forbids workers, under `/shared` it is not isolated. */
export async function servePages(): Promise<PageServer> {
  const scripts = await bundle(["page", "case-worker"]);
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path !== "/shared") {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    if (path === "/no-workers") response.setHeader("content-security-policy", "worker-src 'none'");
    const script = scripts.get(path);
    response.setHeader("content-type", script === undefined ? "text/html; charset=utf-8" : "text/javascript; charset=utf-8");
    response.end(script ?? html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bundle(names: readonly string[]): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))),
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    minify: true,
    write: false,
    outdir: "/",
  });
  return new Map(outputFiles.map(({ path, text }) => [`/${path.split(/[\\/]/).at(-1)}`, text]));
}
