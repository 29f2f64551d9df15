import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needFullTests } from "@tenfold/tooling/requirement";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ApiRouter } from "../src/api/api-router.ts";
import { applicationFolder } from "../src/folders.ts";
import { pageHeaders } from "../src/http/page-headers.ts";
import { newDatabaseEnvironment } from "./new-database.ts";
import { becomeAdministrator } from "./people.ts";
import { bigFile, sha256, writeStarter } from "./sample-starter.ts";
import { type HubProcess, startHub } from "./start-hub.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** One hub for the tests that only read. */
let folder: string;
let hub: HubProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-hub-"));
  const starter = await writeStarter(join(folder, "starter"));
  hub = startHub({ ...(await newDatabaseEnvironment()), TENFOLD_HUB_DATA: join(folder, "data"), TENFOLD_HUB_STARTER: starter });
  url = await hub.ready();
});
afterAll(async () => {
  await hub.end("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** A hub of the test's own. */
async function ownHub(environment: Record<string, string> = {}) {
  const own = await temporaryFolder();
  const folders = { TENFOLD_HUB_DATA: join(own, "data"), TENFOLD_HUB_STARTER: await writeStarter(join(own, "starter")) };
  const settings = { ...(await newDatabaseEnvironment()), ...folders, ...environment };
  const start = (more: Record<string, string> = {}) => {
    const started = startHub({ ...settings, ...more });
    onTestFinished(() => void started.end("SIGKILL"));
    return started;
  };
  return { start, settings };
}

test("says what it does and ends with its address", () => {
  const lines = hub.output().trim().split("\n");
  expect(lines[0]).toBe("Tenfold hub is starting");
  expect(lines).toContainEqual(expect.stringMatching(/^importing the starter catalog: 3 models from /));
  expect(lines).toContainEqual(expect.stringMatching(/^warning: wrong.gguf is listed but not served/));
  expect(lines).toContain("published release 1 on the stable channel: 3 models, 1 files served from here");
  expect(lines.at(-1)).toBe(`Tenfold hub is ready: ${url}`);
});

test("the list page shows the models, made on the server, under a strict policy", async () => {
  const response = await fetch(`${url}/`);
  expect(response.status).toBe(200);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("frame-ancestors 'none'");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const html = await response.text();
  for (const text of ["Local Model", "Wrong Model", "Claimed Model", "development keys"]) expect(html).toContain(text);
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  for (const [script] of html.matchAll(/<script[^>]*>/g)) expect(script).toContain(`nonce="${nonce}"`);
  expect((await fetch(`${url}/`)).headers.get("content-security-policy")).not.toBe(policy);
});

/** An address of every page there is, as the files of `src/app` name them. */
async function pageAddresses(): Promise<string[]> {
  const files = await readdir(join(applicationFolder, "src/app"), { recursive: true });
  const values: Record<string, string> = {
    "models/[id]": "models/local",
    "[number]": "1",
    "[link]": "no-such-link",
    "[id]": "00000000-0000-4000-8000-000000000000",
  };
  const fill = (path: string) => Object.entries(values).reduce((filled, [name, value]) => filled.replace(name, value), path);
  return files.filter((file) => /(?:^|\/)page\.tsx$/.test(file)).map((file) => `/${fill(file.replace(/\/?page\.tsx$/, ""))}`);
}

test("every page, for whoever asks, comes under a strict policy of its own and is kept by no cache", async () => {
  const addresses = await pageAddresses();
  expect(addresses.length).toBeGreaterThan(15);
  const administrator = await becomeAdministrator(hub);
  const statuses = new Set<number>();
  for (const cookie of ["", administrator]) {
    for (const address of [...addresses, "/no/such/page", "/api/no-such-page", "/_next/no-such-page"]) {
      const response = await fetch(url + address, { headers: { cookie }, redirect: "manual" });
      const html = await response.text();
      statuses.add(response.status);
      const nonce = /'nonce-([^']+)'/.exec(response.headers.get("content-security-policy") ?? "")?.[1] ?? "";
      expect(Object.fromEntries(response.headers), address).toMatchObject(pageHeaders({ nonce, development: false }));
      expect(response.headers.get("cache-control"), address).toContain("no-store");
      for (const [script] of html.matchAll(/<script[^>]*>/g)) expect(script, address).toContain(`nonce="${nonce}"`);
      expect(html, address).not.toMatch(/<[a-z][^>]* (?:style|on[a-z]+)=/);
    }
  }
  expect([...statuses].sort()).toEqual([200, 307, 404]);
  for (const address of ["/api/trpc/models.facets", "/api/auth/none", "/api/uploads", "/api/health", "/metrics", "/_next/static/none", "/tuf/timestamp.json"]) {
    expect((await fetch(url + address)).headers.get("x-content-type-options"), address).toBe("nosniff");
  }
});

test("search and filters work without scripts", async () => {
  const found = async (query: string) => (await (await fetch(`${url}/?${query}`)).text()).replaceAll("<!-- -->", "");
  expect(await found("q=claimed+somebody")).toContain("1 model found");
  expect(await found("capability=vision")).not.toContain("Local Model");
  expect(await found("q=nothing+at+all")).toContain("No model fits");
  expect(await found("page=9&capability=nonsense")).toContain("The list ends before this page");
  expect(await found("q=%3Cscript%3Ealert(1)%3C/script%3E")).not.toContain("<script>alert(1)");
});

test("a model page shows files, digests, who vouches for them and how to run it", async () => {
  const html = (await (await fetch(`${url}/models/local`)).text()).replaceAll("<!-- -->", "");
  const digest = sha256(bigFile());
  for (const text of ["npx tenfold run local", "gguf-q8_0", digest, "verified", "by hub on", `/artifacts/sha256/${digest}`, "Apache-2.0"])
    expect(html).toContain(text);
  expect(await (await fetch(`${url}/models/quite-claimed.model`)).text()).toContain("by an index");
});

test.each(["/models/none", "/models/..%2f..%2fetc", "/no/such/page", "/models/%00"])("%s is not found, with a page that says so", async (path) => {
  const response = await fetch(url + path);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("There is nothing here");
});

test("the JSON API filters, pages and finds", async () => {
  const json = async (path: string) => (await fetch(`${url}/api/v1/models${path}`)).json();
  expect(await json("?format=litertlm&licence=gemma")).toMatchObject({ total: 1, models: [{ id: "quite-claimed.model" }] });
  const first = await json("?limit=2&sort=name");
  expect(await json(`?limit=2&sort=name&cursor=${first.nextCursor}`)).toMatchObject({ total: 3, models: [{ id: "wrong" }] });
  expect(await json("/local")).toMatchObject({ manifest: { id: "local" }, release: { number: 1 } });

  const missing = await fetch(`${url}/api/v1/models/none`);
  expect([missing.status, await missing.json()]).toEqual([404, expect.objectContaining({ code: "unknown-model" })]);
  const refused = await fetch(`${url}/api/v1/models?limit=1000`);
  expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ code: "invalid-input", detail: expect.stringContaining("limit") })]);
  const listed = await fetch(`${url}/api/v1/models`);
  expect(listed.headers.get("access-control-allow-origin")).toBe("*");
  expect((await fetch(`${url}/api/v1/models`, { headers: { "if-none-match": listed.headers.get("etag") ?? "" } })).status).toBe(304);
  expect((await fetch(`${url}/api/v1/models`, { method: "OPTIONS" })).status).toBe(204);
  expect(await (await fetch(`${url}/api/health`)).json()).toMatchObject({ status: "ok", release: 1, database: expect.stringMatching(/^(PGlite|PostgreSQL)$/) });
});

test("a typed client asks the same questions through tRPC", async () => {
  const client = createTRPCClient<ApiRouter>({ links: [httpBatchLink({ url: `${url}/api/trpc` })] });
  const [list, model] = await Promise.all([client.models.list.query({ q: "local" }), client.models.byId.query({ id: "local" })]);
  expect(list.models[0]?.manifestSha256).toBe(model.manifestSha256);
  await expect(client.models.byId.query({ id: "none" })).rejects.toMatchObject({ data: { code: "NOT_FOUND" } });
});

test("a file comes whole, by ranges, and with its length", async () => {
  const bytes = bigFile();
  const address = `${url}/artifacts/sha256/${sha256(bytes)}`;
  const whole = await fetch(address, { headers: { "accept-encoding": "gzip, br" } });
  expect(Object.fromEntries(whole.headers)).toMatchObject({ "content-length": String(bytes.length), "accept-ranges": "bytes" });
  expect(whole.headers.get("content-encoding")).toBeNull();
  expect(sha256(new Uint8Array(await whole.arrayBuffer()))).toBe(sha256(bytes));

  const half = Math.floor(bytes.length / 2);
  const parts = [`bytes=0-${half - 1}`, `bytes=${half}-`].map(async (range) => {
    const part = await fetch(address, { headers: { range } });
    expect(part.status).toBe(206);
    return Buffer.from(await part.arrayBuffer());
  });
  expect(sha256(Buffer.concat(await Promise.all(parts)))).toBe(sha256(bytes));

  const head = await fetch(address, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), head.headers.get("etag")]).toEqual([200, String(bytes.length), `"${sha256(bytes)}"`]);
});

test("a second hub on the same data is told who holds it, and one on the same port which is free", async () => {
  const second = startHub({ TENFOLD_HUB_DATA: join(folder, "data") });
  expect(await second.ended()).toBe(1);
  expect(second.output()).toContain(`is held by process ${hub.child.pid} since`);
  const port = new URL(url).port;
  const third = startHub({ TENFOLD_HUB_DATA: join(folder, "other") }, ["start", "--port", port]);
  expect(await third.ended()).toBe(1);
  expect(third.output()).toContain(`Port ${port} on 127.0.0.1 is in use`);
  expect(third.output()).toContain(`PORT=${Number(port) + 1}`);
});

test.for([
  [{ PORT: "web" }, "PORT: expected a port number"],
  [{ TENFOLD_HUB_STARTER: join(tmpdir(), "tenfold-there-is-no-such-folder") }, "The starter catalog cannot be read"],
] as const)("refuses to start with %j, and says why", async ([environment, message], context) => {
  if (!("PORT" in environment)) needFullTests(context);
  const { start } = await ownHub(environment);
  const refused = start();
  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toContain(message);
  expect(refused.output()).not.toContain("    at ");
});

test("refuses a data folder that cannot be written, and says why", async (context) => {
  needFullTests(context);
  const file = join(await temporaryFolder(), "file");
  await writeFile(file, "");
  const { start } = await ownHub({ TENFOLD_HUB_DATA: join(file, "data") });
  const refused = start();
  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toContain("cannot be written");
});

test("lets a running download finish when it is told to stop", async () => {
  const { start } = await ownHub();
  const own = start();
  const response = await fetch(`${await own.ready()}/artifacts/sha256/${sha256(bigFile())}`);
  const reader = response.body?.getReader();
  const pieces = [(await reader?.read())?.value ?? new Uint8Array()];
  const ended = own.end("SIGTERM");
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) pieces.push(piece.value);
  expect(sha256(Buffer.concat(pieces))).toBe(sha256(bigFile()));
  expect(await ended).toBe(0);
  expect(own.output().trim().split("\n").slice(-2)).toEqual(["SIGTERM: stopping, running requests may finish", "stopped"]);
});

test("after kill -9 the next start takes over, with everything there and nothing imported again", async () => {
  const { start } = await ownHub();
  const first = start();
  const before = await (await fetch(`${await first.ready()}/catalog/channels/stable.json`)).text();
  expect(await first.end("SIGKILL")).toBe("SIGKILL");
  const second = start();
  const address = await second.ready();
  expect(await (await fetch(`${address}/catalog/channels/stable.json`)).text()).toBe(before);
  expect(second.output()).not.toContain("importing");
  expect(await second.end("SIGINT")).toBe(0);
});

test("killed in its very first start, the next one is whole", async (context) => {
  needFullTests(context);
  const { start } = await ownHub();
  const first = start();
  while (!first.output().includes("opening the data folder")) await new Promise((resolve) => first.child.stdout?.once("data", resolve));
  await first.end("SIGKILL");
  const second = start();
  expect(await (await fetch(`${await second.ready()}/api/v1/models`)).json()).toMatchObject({ total: 3 });
});

test("--help and --version say what there is", async () => {
  for (const [word, text] of [
    ["--help", "start"],
    ["--version", "0.1.0"],
  ] as const) {
    const told = startHub({}, [word]);
    expect(await told.ended()).toBe(0);
    expect(told.output()).toContain(text);
  }
  const options = startHub({}, ["start", "--help"]);
  await options.ended();
  for (const option of ["--port", "--host", "--data"]) expect(options.output()).toContain(option);
  const wrong = startHub({}, ["fly"]);
  expect(await wrong.ended()).toBe(1);
});
