import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface PageServerOptions {
  /** Modules in TypeScript, bundled and served under their own names ("page.ts" as "/page.js"). Every page loads the first. */
  readonly scripts: readonly URL[];
  /** Path ("/models/tiny.gguf") to a file on disk. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  wasm: "application/wasm",
  json: "application/json",
};

/** Serves a test page, isolated as pages with WebAssembly threads are. Under `/no-workers` its policy forbids workers, under `/shared` it is not isolated. */
export async function servePages({ scripts, files = {} }: PageServerOptions): Promise<PageServer> {
  const bundled = await bundle(scripts);
  const first = (scripts[0]?.pathname.split("/").at(-1) ?? "").replace(/\.ts$/, ".js");
  const html = `<!doctype html><title>Tenfold</title><link rel="icon" href="data:,"><script type="module" src="/${first}"></script>`;

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (path !== "/shared") {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    if (path === "/no-workers") response.setHeader("content-security-policy", "worker-src 'none'");
    const file = files[path];
    const script = bundled.get(path);
    const served = file ?? (script === undefined ? ".html" : path);
    const type = types[served.split(".").at(-1) ?? ""];
    response.setHeader("content-type", type ?? "application/octet-stream");
    if (file === undefined) return response.end(script ?? html);
    response.setHeader("content-length", (await stat(file)).size);
    return createReadStream(file).pipe(response);
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

async function bundle(scripts: readonly URL[]): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: scripts.map((script) => fileURLToPath(script)),
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    minify: true,
    write: false,
    outdir: "/",
    entryNames: "[name]",
  });
  return new Map(outputFiles.map(({ path, text }) => [`/${path.split(/[\\/]/).at(-1)}`, text]));
}
