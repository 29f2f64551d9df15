import { expect, test } from "vitest";
import { modelsOnPage, pageAddress, readPageQuery } from "./page-query.ts";

test("an empty address is the first page of everything", () => {
  expect(readPageQuery({})).toEqual({ page: 1, query: { channel: "stable", sort: "evidence", limit: modelsOnPage, skip: 0 } });
});

test("reads filters, order and page", () => {
  const { page, query } = readPageQuery({ q: " tiny ", format: "gguf", capability: "chat", licence: "MIT", sort: "name", page: "3" });
  expect(page).toBe(3);
  expect(query).toEqual({
    q: "tiny",
    format: "gguf",
    capability: "chat",
    licence: "MIT",
    channel: "stable",
    sort: "name",
    limit: modelsOnPage,
    skip: 2 * modelsOnPage,
  });
});

test("leaves out what it does not understand", () => {
  const { page, query } = readPageQuery({
    q: ["first", "second"],
    format: "",
    capability: "telepathy",
    sort: "age",
    page: "-4",
    utm: "x",
    licence: "x".repeat(1000),
  });
  expect(page).toBe(1);
  expect(query).toEqual({ q: "first", channel: "stable", sort: "evidence", limit: modelsOnPage, skip: 0 });
});

test("writes the address of another page, and reads it back", () => {
  const { query } = readPageQuery({ q: "a b&c", sort: "name" });
  expect(pageAddress(query, 2)).toBe("/?q=a+b%26c&sort=name&page=2");
  const again = Object.fromEntries(new URL(pageAddress(query, 2), "http://hub.example").searchParams);
  expect(readPageQuery(again)).toEqual({ page: 2, query: { ...query, skip: modelsOnPage } });
  expect(pageAddress(readPageQuery({}).query, 1)).toBe("/");
});
