import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readConfiguration } from "./configuration.ts";
import { applicationFolder } from "./folders.ts";

test("has a default for everything", () => {
  expect(readConfiguration({ PATH: "whatever" })).toEqual({
    port: 3210,
    proxies: 0,
    host: "127.0.0.1",
    isProduction: false,
    dataFolder: resolve(applicationFolder, ".data/hub"),
    starterFolder: resolve(applicationFolder, "starter"),
  });
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
