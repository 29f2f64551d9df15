import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readConfiguration } from "./configuration.ts";
import { applicationFolder } from "./folders.ts";

test("has a default for everything", () => {
  expect(readConfiguration({ PATH: "whatever" })).toEqual({
    port: 3210,
    host: "127.0.0.1",
    isProduction: false,
    dataFolder: resolve(applicationFolder, ".data/hub"),
    starterFolder: resolve(applicationFolder, "starter"),
    proxies: 0,
    logFormat: "text",
    graceMs: 10_000,
    webhooks: { urls: [] },
    jobs: { concurrency: 1, reverifyDays: expect.any(Number), upstreamDays: expect.any(Number) },
    keeping: { jobsDays: 90, unusedDays: 30 },
    metricsAccess: "open",
  });
});

test("in production metrics are for those who have the token", () => {
  expect(readConfiguration({ TENFOLD_HUB_MODE: "production" }).metricsAccess).toBe("closed");
  const token = "sixteen or more of them";
  expect(readConfiguration({ TENFOLD_HUB_MODE: "production", TENFOLD_HUB_METRICS_TOKEN: token }).metricsAccess).toEqual({ token });
  expect(() => readConfiguration({ TENFOLD_HUB_METRICS_TOKEN: "too short" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("too short") }),
  );
});

test("webhooks need a secret, and neither is repeated", () => {
  const TENFOLD_HUB_WEBHOOKS = "https://one.example/hook?token=a-secret, https://other.example/";
  const TENFOLD_HUB_WEBHOOK_SECRET = `whsec_${"A".repeat(43)}=`;
  expect(readConfiguration({ TENFOLD_HUB_WEBHOOKS, TENFOLD_HUB_WEBHOOK_SECRET }).webhooks.urls).toHaveLength(2);
  expect(() => readConfiguration({ TENFOLD_HUB_WEBHOOKS })).toThrow("TENFOLD_HUB_WEBHOOK_SECRET");
  expect(() => readConfiguration({ TENFOLD_HUB_WEBHOOKS: "no address a-secret" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("a-secret") }),
  );
});

test("an address is taken without what follows its host", () => {
  expect(readConfiguration({ TENFOLD_HUB_URL: "https://hub.example:8443/" }).publicUrl).toBe("https://hub.example:8443");
});

test("takes what is set, and makes folders absolute", () => {
  const { port, host, dataFolder, starterFolder } = readConfiguration({
    PORT: "0",
    HOST: "::",
    TENFOLD_HUB_DATA: "some/where",
    TENFOLD_HUB_STARTER: "/starter",
  });
  expect({ port, host, dataFolder, starterFolder }).toEqual({ port: 0, host: "::", dataFolder: resolve("some/where"), starterFolder: resolve("/starter") });
});

test.each([
  ["PORT", "http", "PORT: expected a port number"],
  ["PORT", "70000", "PORT: expected a port number up to 65535"],
  ["PORT", "-1", "PORT: expected a port number"],
  ["PORT", "", "PORT: expected a port number"],
  ["HOST", "", "HOST: expected a host name"],
  ["DATABASE_URL", "", "DATABASE_URL: expected postgresql://"],
  ["DATABASE_URL", "mysql://hub@db/hub", "DATABASE_URL: expected postgresql://"],
  ["TENFOLD_HUB_DATA", "", "TENFOLD_HUB_DATA: expected the path of a folder"],
  ["TENFOLD_HUB_URL", "hub.example", "TENFOLD_HUB_URL: expected https://host"],
  ["TENFOLD_HUB_URL", "https://hub.example/path", "TENFOLD_HUB_URL: expected https://host"],
  ["TENFOLD_HUB_PROXIES", "all", "TENFOLD_HUB_PROXIES: expected how many"],
  ["TENFOLD_HUB_LOG", "xml", "TENFOLD_HUB_LOG: "],
  ["TENFOLD_HUB_GRACE_SECONDS", "soon", "TENFOLD_HUB_GRACE_SECONDS: expected a number of seconds"],
])("names the variable: %s=%j", (name, value, message) => {
  expect(() => readConfiguration({ [name]: value })).toThrow(message);
  expect(() => readConfiguration({ [name]: value })).toThrow(expect.objectContaining({ code: "invalid-input" }));
});

test("takes the address of a database, and never repeats its password", () => {
  const address = "postgresql://hub:secret@db.example:5432/hub?sslmode=require";
  expect(readConfiguration({ DATABASE_URL: address }).databaseUrl).toBe(address);
  expect(() => readConfiguration({ DATABASE_URL: "postgres//hub:secret@db" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("secret") }),
  );
});

test("names every variable that is wrong at once", () => {
  expect(() => readConfiguration({ PORT: "x", HOST: "" })).toThrow(/PORT: .*HOST: /);
});

test("README names every variable, and docker-compose.yml hands on every one that its image does not set", () => {
  const read = (path: string) => readFileSync(join(applicationFolder, path), "utf8");
  const names = [...read("src/configuration.ts").matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(([, name = ""]) => name);
  expect(names).toContain("S3_SECRET_ACCESS_KEY");
  const [readme, compose, image] = [read("README.md"), read("../../docker-compose.yml"), read("Dockerfile")];
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  const isSet = (name: string) => new RegExp(`^ {4}${name}:`, "m").test(compose) || new RegExp(` ${name}=`).test(image);
  // The image brings its own starter catalog.
  expect(names.filter((name) => !isSet(name))).toEqual(["TENFOLD_HUB_STARTER"]);
});
