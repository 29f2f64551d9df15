import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { listen } from "../src/server/listen.ts";
import { looks, needBrowser, openStage, type Stage, screenshots, sticksOut } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  const opened = await openStage();
  if (opened !== undefined) stage = opened;
});
afterAll(() => stage?.close());
beforeEach(needBrowser);

/** A page in a profile of its own. The test fails when anything is complained of in its console. */
async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const complaints: string[] = [];
  const page = await stage.newVisitor(complaints, options);
  onTestFinished(async () => {
    await page.context().close();
    expect(complaints).toEqual([]);
  });
  return page;
}

const names = (page: Page) => page.getByRole("rowheader").getByRole("link").allTextContents();

test("the list follows as one types, and its address can be passed on", async () => {
  const page = await openPage();
  await page.goto("/");
  expect((await names(page))[0]).toBe("Tenfold Tiny");
  await page.getByRole("searchbox", { name: "Search models" }).pressSequentially("smollm2 135m");
  await page.getByRole("status").filter({ hasText: "1 model found" }).waitFor();
  expect(await names(page)).toEqual(["SmolLM2 135M Instruct"]);
  expect(new URL(page.url()).search).toBe("?q=smollm2+135m");

  await page.reload();
  expect(await names(page)).toEqual(["SmolLM2 135M Instruct"]);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /^\d+ models in release/ })
    .waitFor();
  expect(await page.getByRole("searchbox").inputValue()).toBe("");
});

test("filters narrow the list, order and pages change it", async () => {
  const page = await openPage();
  await page.goto("/");
  await page.getByLabel("Format").selectOption("litertlm");
  await page.getByRole("status").filter({ hasText: "found" }).waitFor();
  await expect
    .poll(async () => (await names(page)).sort())
    .toEqual([
      ...["DeepSeek R1 Distill Qwen 1.5B", "FunctionGemma 270M Mobile Actions", "Gemma 3 1B", "Gemma 3n E2B", "Gemma 3n E4B", "Gemma 4 E2B", "Gemma 4 E4B"],
      "Qwen2.5 1.5B Instruct",
    ]);
  await page.getByLabel("Capability").selectOption("vision");
  await expect.poll(() => names(page), { timeout: 60_000 }).toEqual(["Gemma 4 E2B", "Gemma 4 E4B"]);
  expect(new URL(page.url()).search).toBe("?format=litertlm&capability=vision");

  await page.goto("/?sort=name");
  const first = await names(page);
  await page.getByRole("link", { name: "Next" }).click();
  await page.getByText("Page 2 of 5").waitFor();
  const second = await names(page);
  expect(second.some((name) => first.includes(name))).toBe(false);
  expect([...first, ...second]).toEqual([...first, ...second].sort());
});

test("nothing found is said, with a way out", async () => {
  const page = await openPage();
  await page.goto("/?q=there+is+no+such+model");
  await page.getByRole("heading", { name: "No model fits" }).waitFor();
  await page.getByRole("link", { name: "Show all models" }).click();
  await page.getByRole("table", { name: "Published models" }).waitFor();
});

test("everything is reached by keyboard, from skipping the header to opening a model", async () => {
  const page = await openPage();
  await page.goto("/");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("name") ?? document.activeElement?.textContent?.trim());
  const order: unknown[] = [];
  for (let step = 0; step < 17; step += 1) {
    await page.keyboard.press("Tab");
    order.push(await focused());
  }
  expect(order).toEqual([
    ...["Skip to content", "Tenfold hub", "Models", "Matrix", "Devices", "Frameworks", "Recommend", "Releases", "development keys", "Sign in"],
    ...["q", "Search", "format", "capability", "licence", "sort", "Tenfold Tiny"],
  ]);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
  expect(outline).toBe("solid");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Tenfold Tiny" }).waitFor();
  // The title follows the page's text.
  await expect.poll(() => page.title()).toBe("Tenfold Tiny · Tenfold hub");
});

test("a model page shows its files and copies digest and command", async () => {
  const page = await openPage({ permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto("/models/tenfold-tiny");
  const variant = page.getByRole("region", { name: "gguf-q8_0" });
  expect(await variant.textContent()).toMatch(/default.*tenfold-tiny-q8_0\.gguf.*verified.*by hub on .* with tenfold-hub/s);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await variant.getByRole("button", { name: "Copy the SHA-256 of tenfold-tiny-q8_0.gguf" }).click();
  await variant.getByText("Copied").first().waitFor();
  const href = await variant.getByRole("link", { name: "this hub" }).getAttribute("href");
  expect(href).toBe(`/artifacts/sha256/${await clipboard()}`);
  await page.getByRole("button", { name: "Copy the command" }).click();
  await page.getByRole("region", { name: "Run it" }).getByText("Copied").first().waitFor();
  expect(await clipboard()).toBe('npx tenfold run tenfold-tiny "Hello"');
  const link = `tenfold://model/tenfold-tiny?hub=${encodeURIComponent(stage.url)}`;
  expect(await page.getByRole("link", { name: "Open in Tenfold" }).getAttribute("href")).toBe(link);
  await page.getByText("On a phone, or with the link").click();
  await page.getByRole("img", { name: "The link to tenfold-tiny, for a phone to scan" }).waitFor();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download 1.22 MB" }).click();
  expect((await downloading).suggestedFilename()).toBe("tenfold-tiny-q8_0.gguf");
});

test("frameworks say where they run, and lead to the models that they load", async () => {
  const page = await openPage();
  await page.goto("/frameworks");
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "llama.cpp" }) });
  expect(await row.getByRole("cell").allTextContents()).toEqual(["gguf", "runs", "runs", "prepared", "MIT"]);
  await row.getByRole("link", { name: "llama.cpp" }).click();
  await page.getByRole("heading", { level: 1, name: "llama.cpp" }).waitFor();
  await page.getByText("the package node-llama-cpp 3.22 or newer, beside this one").waitFor();
  await page.getByRole("link", { name: /^\d+ models in gguf$/ }).click();
  await page.getByRole("table", { name: "Published models" }).waitFor();
  expect(new URL(page.url()).search).toBe("?format=gguf");
  await page.goto("/frameworks/picollm");
  await page.getByText("needs an AccessKey of its maker").waitFor();
  // The console complains of an answer that is a 404.
  expect((await page.request.get("/frameworks/nothing")).status()).toBe(404);
});

test("the matrix is filtered, pinned and shared by its address, and each cell says why", async () => {
  const page = await openPage();
  await page.goto("/matrix?q=qwen3+0.6b+q4_k_m&device=iphone-15-pro,computer-16gb");
  const cell = page.getByRole("cell").getByRole("link").first();
  expect(await cell.textContent()).toMatch(/Runs.*MB.*tok\/s/);
  await page.getByRole("slider").focus();
  await page.keyboard.press("End");
  await page.waitForURL(/context=131072/);
  expect(await page.getByRole("cell").getByRole("link").first().textContent()).toContain("Too large");
  await page.getByRole("link", { name: "Take iPhone 15 Pro away" }).click();
  await page.waitForURL(/device=computer-16gb/);
  expect(await page.getByRole("columnheader").allTextContents()).toHaveLength(2);
  await page.goto("/matrix?q=qwen3+0.6b+q4_k_m&device=iphone-15-pro");
  await page.getByRole("cell").getByRole("link").first().click();
  await page.getByRole("heading", { level: 1, name: "Qwen3 0.6B on iPhone 15 Pro" }).waitFor();
  expect(await page.getByRole("table", { name: "What loading takes" }).textContent()).toMatch(
    /0\.596 billion parameters of about 4\.89 bits.*28 layers × 4,096 positions × 8 heads/s,
  );
  await page.getByRole("link", { name: "32,768" }).click();
  await page.getByText("with a context of 32,768 tokens").waitFor();
  await page.getByRole("link", { name: "what suits this device best" }).click();
  await page.getByRole("table", { name: "What suits, the best first" }).waitFor();
});

test("an isolated page of another origin reads catalog and artifacts, by ranges too", async () => {
  const isolation = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  const elsewhere = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "text/html", ...isolation }).end("<!doctype html><link rel=icon href=data:,>"),
  );
  onTestFinished(() => void elsewhere.close());
  await listen(elsewhere, 0, "127.0.0.1");
  const page = await openPage();
  await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
  const seen = await page.evaluate(async (base) => {
    const model = await (await fetch(`${base}/api/v1/models/tenfold-tiny`)).json();
    const { sha256 } = model.manifest.variants[0].artifacts[0];
    const part = await fetch(`${base}/artifacts/sha256/${sha256.value}`, { headers: { range: "bytes=0-3" } });
    const names = ["content-range", "content-length", "etag", "accept-ranges"];
    return {
      isolated: crossOriginIsolated,
      status: part.status,
      text: await part.text(),
      headers: names.map((name) => part.headers.get(name)),
      tag: `"${sha256.value}"`,
    };
  }, stage.url);
  expect(seen).toMatchObject({ isolated: true, status: 206, text: "GGUF" });
  expect(seen.headers).toEqual([expect.stringMatching(/^bytes 0-3\/\d+$/), "4", seen.tag, "bytes"]);
});

test.each([...looks, ["light", 320] as const])("in %s at %d pixels nothing sticks out, and text stands clear of its ground", async (colorScheme, width) => {
  const page = await openPage({ colorScheme, viewport: { width, height: 844 } });
  for (const [path, name] of [
    ["/", "list"],
    ["/models/tenfold-tiny", "model"],
    ["/models/gemma-3-1b-it", "claimed"],
    ["/?q=none+of+these", "empty"],
    ["/frameworks", "frameworks"],
    ["/frameworks/llama.cpp", "framework"],
    ["/matrix", "matrix"],
    ["/matrix/cell?model=qwen3-0.6b&variant=gguf-q4_k_m&device=iphone-15-pro", "cell"],
    ["/devices", "devices"],
    ["/devices/iphone-15-pro", "device"],
    ["/recommend?device=iphone-15-pro", "recommend"],
  ] as const) {
    await page.goto(path);
    expect(await sticksOut(page)).toBe(0);
    expect(await page.evaluate(lowestContrast)).toBeGreaterThan(4.5);
    await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}-${width}.png`), fullPage: width > 700 });
  }
});

/** Runs in the page: the lowest contrast between text and what it stands on (WCAG 2.2, 1.4.3). */
function lowestContrast(): number {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  const colour = (css: string): [number, number, number, number] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha];
  };
  const luminance = ([red, green, blue]: readonly number[]) =>
    [red, green, blue]
      .map((part) => (part ?? 0) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, place) => sum + part * ([0.2126, 0.7152, 0.0722][place] ?? 0), 0);
  let lowest = 21;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || node.textContent?.trim() === "" || element.closest("script, style, option") || element.getClientRects().length === 0) continue;
    let ground: Element | null = element;
    while (ground !== null && colour(getComputedStyle(ground).backgroundColor)[3] < 255) ground = ground.parentElement;
    const [above, below] = [
      luminance(colour(getComputedStyle(element).color)),
      luminance(colour(ground ? getComputedStyle(ground).backgroundColor : "white")),
    ].sort((a, b) => b - a);
    lowest = Math.min(lowest, ((above ?? 0) + 0.05) / ((below ?? 0) + 0.05));
  }
  return lowest;
}
