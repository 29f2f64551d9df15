import { expect, test } from "vitest";
import { hubAddress } from "../http/hub-address.ts";
import { deepLink } from "./deep-link.ts";

test("a deep link names the model and the hub", () => {
  expect(deepLink("smollm2-135m", "https://hub.example:8443")).toBe("tenfold://model/smollm2-135m?hub=https%3A%2F%2Fhub.example%3A8443");
});

test("a hub is called what it was told, else what it was asked as; nonsense is not repeated", () => {
  expect(hubAddress("https://hub.example", "other")).toBe("https://hub.example");
  expect(hubAddress(undefined, "localhost:3210")).toBe("http://localhost:3210");
  expect(hubAddress(undefined, "[::1]:80")).toBe("http://[::1]:80");
  for (const host of [null, "", 'x"><script>', "a b", "evil/path"]) expect(hubAddress(undefined, host)).toBe("http://127.0.0.1:3210");
});
