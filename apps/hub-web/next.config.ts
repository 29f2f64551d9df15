import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const folder = dirname(fileURLToPath(import.meta.url));

const configuration: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  transpilePackages: ["@tenfold/catalog"],
  turbopack: { root: join(folder, "../..") },
  // The task `types` checks types; a start need not wait for them. Next rewrites the tsconfig it is given, so it has one of its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: "tsconfig.next.json" },
};

export default configuration;
