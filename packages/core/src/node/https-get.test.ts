import { execFile, execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { need } from "@tenfold/tooling/requirement";
import { expect, it } from "vitest";
import { httpGet } from "./http-get.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const certificate = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=localhost"];
const client = `
import { createHash } from "node:crypto";
import { httpGet } from ${JSON.stringify(fileURLToPath(new URL("http-get.ts", import.meta.url)))};
const response = await httpGet(new URL(process.argv[1]), { headers: new Headers(), signal: new AbortController().signal, redirect: "manual" });
const hash = createHash("sha256");
for (let piece = await response.read(); piece; piece = await response.read()) hash.update(piece);
await response.cancel();
process.stdout.write(hash.digest("hex"));
`;

it("reads a file over TLS from a server whose certificate the system trusts, and from no other", async (context) => {
  need(context, "openssl", hasOpenssl, "apt-get install -y openssl");
  const folder = await mkdtemp(join(tmpdir(), "tenfold-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync("openssl", [...certificate, "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
  const bytes = Buffer.from(Array.from({ length: 500_000 }, (_, index) => (index * 31) & 255));
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) => response.end(bytes));
  server.listen(0, "localhost");
  await once(server, "listening");
  try {
    const url = `https://localhost:${(server.address() as AddressInfo).port}/file`;
    // Which authorities are trusted is settled when a process starts.
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", client, url], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      env: { ...process.env, NODE_EXTRA_CA_CERTS: cert },
    });
    expect(stdout).toBe(createHash("sha256").update(bytes).digest("hex"));
    const refused = httpGet(new URL(url), { headers: new Headers(), signal: new AbortController().signal, redirect: "manual" });
    await expect(refused).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
});
