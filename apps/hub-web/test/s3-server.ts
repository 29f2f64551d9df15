import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { request as ask, createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Transform } from "node:stream";
import type { S3Options } from "../src/artifacts/s3-store.ts";

/** A real S3-compatible server: `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`. */
export const versitygw = [...(process.env.PATH ?? "").split(delimiter), join(homedir(), "go/bin")]
  .map((folder) => join(folder, "versitygw"))
  .find((path) => existsSync(path));

/** What the line in front of the server does to a request. */
export type S3Fault = "ok" | "500" | "silent" | "cut" | "slow";

export interface S3Server {
  readonly options: S3Options;
  /** Asked for each request: the method and the key. */
  fault: (method: string, path: string) => S3Fault;
  close(): Promise<void>;
}

/** Starts the server with a bucket, behind a proxy that fails when it is told to. */
export async function startS3Server(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-s3-"));
  await Promise.all(["data/hub", "sidecar"].map((path) => mkdir(join(folder, path), { recursive: true })));
  const [accessKeyId, secretAccessKey] = ["hub-test", randomBytes(16).toString("hex")];
  const port = await freePort();
  const env = { PATH: process.env.PATH, ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey };
  const child = spawn(versitygw ?? "versitygw", ["--port", `127.0.0.1:${port}`, "posix", "--sidecar", join(folder, "sidecar"), join(folder, "data")], {
    env: env as unknown as NodeJS.ProcessEnv,
    stdio: "ignore",
  });
  await answering(port);

  const server: S3Server = {
    options: { bucket: "hub", accessKeyId, secretAccessKey, region: "us-east-1", endpoint: "", prefix: "tenfold/" },
    fault: () => "ok",
    async close() {
      proxy.close();
      proxy.closeAllConnections();
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
  const proxy = createServer((incoming, outgoing) => {
    const fault = server.fault(incoming.method ?? "", incoming.url ?? "");
    if (fault === "500") {
      incoming.resume();
      return outgoing.writeHead(500, { connection: "close" }).end();
    }
    if (fault === "silent") return incoming.resume();
    const onward = ask({ port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      if (fault === "slow") return answer.pipe(drip()).pipe(outgoing);
      if (fault !== "cut") return answer.pipe(outgoing);
      answer.once("data", (piece: Buffer) => {
        outgoing.write(piece.subarray(0, 1000), () => outgoing.destroy());
        answer.destroy();
      });
    });
    onward.on("error", () => outgoing.destroy());
    if (fault === "slow") incoming.pipe(drip()).pipe(onward);
    else incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return Object.assign(server, { options: { ...server.options, endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` } });
}

/** Lets pieces pass one by one, each after a while. */
function drip(): Transform {
  return new Transform({ transform: (piece, _encoding, done) => void setTimeout(() => done(null, piece), 50) });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(port: number): Promise<void> {
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
