import { open } from "node:fs/promises";
import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { TenfoldError } from "@tenfold/catalog";
import { createPipePort } from "../pipe-port.ts";
import { type HostableAdapter, serveAdapter } from "../serve-adapter.ts";

/** Ends the process when the parent is gone, also while native code keeps the main thread. Text, so that no bundler has to find a file. */
const watchdog = `
const { Socket } = require("node:net");
const lifeline = new Socket({ fd: 4 });
lifeline.on("error", () => {}).on("close", () => process.kill(process.pid, "SIGKILL"));
lifeline.resume();
`;

/** Of one that `inHost` made, the host uses what runs without hosts. */
type MakeAdapter = (...options: readonly never[]) => HostableAdapter & { readonly bare?: HostableAdapter };

/**
 * The whole of a host process: serves the one model that its parent asks for, then ends.
 * @param known factories of adapters by the name of their export, or of the framework that is asked for. Others are imported by their module's address, which bundles cannot do.
 */
export function runHost(known: Readonly<Record<string, MakeAdapter>> = {}): void {
  new Worker(watchdog, { eval: true }).unref();
  // Ctrl-C reaches every process of a terminal; the parent decides when this one ends.
  process.on("SIGINT", () => {});
  const port = createPipePort({ incoming: process.stdin, outgoing: new Socket({ fd: 3, readable: false, writable: true }), holdMs: 2 });
  port.addEventListener("close", () => process.exit(0));
  serveAdapter(port, {
    async findAdapter(source) {
      if (!source) throw new TenfoldError("invalid-input", "This host is not told which adapter it needs.");
      const { module, name, arguments: options } = "framework" in source ? { module: "This host", name: source.framework, arguments: [] } : source;
      const make: unknown =
        Object.hasOwn(known, name) || "framework" in source ? known[name] : (await import(/* @vite-ignore */ /* webpackIgnore: true */ module))[name];
      if (typeof make !== "function") throw new TenfoldError("framework-unavailable", `${module} has no ${name} that makes an adapter.`);
      const adapter = (make as (...options: readonly unknown[]) => ReturnType<MakeAdapter>)(...options);
      return adapter.bare ?? adapter;
    },
    read:
      ({ path, sizeBytes, location }) =>
      async ({ start, end } = { start: 0, end: sizeBytes }) => {
        if (location === undefined) throw new TenfoldError("unsupported-format", `${path} has no place where a host process can open it.`);
        const file = await open(location);
        try {
          const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
          return buffer.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      },
  });
}
