import type { Device } from "@tenfold/catalog";
import { devices as table } from "@tenfold/catalog/devices";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson } from "../../test/people.ts";
import { createApiCaller } from "../api/api-router.ts";
import type { Actor } from "../people/actor.ts";
import { answerPublicRoute } from "../routes/answer-public-route.ts";
import { seedDevices } from "./seed-devices.ts";

let hub: SampleHub;
let ada: Actor;
let rea: Actor;
beforeAll(async () => {
  hub = await openSampleHub();
  ada = await newPerson(hub, "reviewer", "Ada");
  rea = await newPerson(hub, "reviewer", "Rea");
});
afterAll(() => hub.discard());

const as = (actor?: Actor) => createApiCaller({ hub, ...(actor && { actor }) });
const shown = async (id: string) => (await as().devices.list()).devices.find((device) => device.id === id);

async function ask(path: string): Promise<{ status: number; type: string | null; text: string }> {
  const response = await answerPublicRoute(new Request(`http://hub.example${path}`), hub);
  if (response === undefined) throw new Error("not a public route");
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

test("a new hub knows the devices of the table, phones first, each figure with its source", async () => {
  const { devices } = await as().devices.list();
  expect(devices).toHaveLength(table.length);
  expect(devices[0]?.kind).toBe("phone");
  expect(await shown("iphone-15-pro")).toEqual(table.find(({ id }) => id === "iphone-15-pro"));
});

test("an edit shows once another reviewer approves it, and both are written down", async () => {
  const [before, { revision }] = [await shown("iphone-15-pro"), await as(ada).devices.draft({ id: "iphone-15-pro" })];
  const device = { ...before, applicationMemoryBytes: { usual: { value: 3_500_000_000, source: "measured by Ada" } } } as Device;
  await expect(as().devices.save({ device, revision })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await as(ada).devices.save({ device, revision });
  expect(await shown("iphone-15-pro")).toEqual(before);
  expect(await as(rea).devices.drafts()).toMatchObject([{ id: "iphone-15-pro", draft: { by: "Ada" } }]);
  await expect(as(ada).devices.approve({ id: "iphone-15-pro", revision })).rejects.toThrow("Whoever wrote a change cannot approve it.");
  await as(rea).devices.approve({ id: "iphone-15-pro", revision });
  expect(await shown("iphone-15-pro")).toEqual(device);
  await expect(as(ada).devices.save({ device: { ...device, name: "Other" }, revision })).rejects.toMatchObject({ code: "CONFLICT" });
  const entries = await hub.database.auditEntry.findMany({ where: { subject: "device iphone-15-pro" }, orderBy: { id: "asc" } });
  expect(entries.map(({ actor, action }) => `${actor} ${action}`)).toEqual(["Ada device.update", "Rea device.approve"]);
});

test("what this version of the table says is brought in, but never over what a curator had approved", async () => {
  await hub.database.device.update({ where: { id: "iphone-14" }, data: { content: { ...table.find(({ id }) => id === "iphone-14"), name: "Old name" } } });
  await hub.database.device.delete({ where: { id: "iphone-13" } });
  await seedDevices(hub.database);
  expect((await shown("iphone-14"))?.name).toBe("iPhone 14");
  expect(await shown("iphone-13")).toBeDefined();
  expect((await shown("iphone-15-pro"))?.applicationMemoryBytes?.usual.value).toBe(3_500_000_000);
  const { version } = await as().devices.list();
  await seedDevices(hub.database);
  expect((await as().devices.list()).version).toBe(version);
});

test("a new device waits unseen, and is gone when it is discarded", async () => {
  const device: Device = { id: "tablet-12gb", name: "Some tablet", kind: "tablet", memoryBytes: { value: 12 * 1024 ** 3, source: "its maker" } };
  await as(ada).devices.save({ device, revision: 0 });
  await expect(as(ada).devices.save({ device: { ...device, id: "iphone-14" }, revision: 0 })).rejects.toThrow("There is a device iphone-14 already.");
  expect(await shown("tablet-12gb")).toBeUndefined();
  await as(ada).devices.discard({ id: "tablet-12gb" });
  await expect(as(ada).devices.draft({ id: "tablet-12gb" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await as(ada).devices.save({ device, revision: 0 });
  await as(rea).devices.approve({ id: "tablet-12gb", revision: 0 });
  expect(await shown("tablet-12gb")).toEqual(device);
});

test("programs ask for devices, cells and recommendations, page by page or all at once", async () => {
  const one = JSON.parse((await ask("/api/v1/devices/iphone-15-pro")).text);
  expect(one.device.applicationMemoryBytes.usual).toEqual({ value: 3_500_000_000, source: "measured by Ada" });
  expect((await ask("/api/v1/devices/iphone-3")).status).toBe(404);
  const page = JSON.parse((await ask("/api/v1/compatibility?device=iphone-15-pro,computer-16gb&limit=1")).text);
  expect(page).toMatchObject({ rules: 1, nextCursor: "1", compatibility: [{ device: "iphone-15-pro" }, { device: "computer-16gb" }] });
  const next = JSON.parse((await ask(`/api/v1/compatibility?device=iphone-15-pro&limit=100&cursor=${page.nextCursor}`)).text);
  expect(next.compatibility.length + 1).toBe(page.total / 2);
  const csv = await ask("/api/v1/compatibility.csv?device=iphone-15-pro");
  expect(csv.type).toBe("text/csv; charset=utf-8");
  expect(csv.text.split("\r\n")).toHaveLength(page.total / 2 + 2);
  expect(csv.text).toMatch(/^model,variant,framework,device,contextSize,verdict,.*\r\n(?:.*\r\n)*local,gguf-q8_0,llama\.cpp,iphone-15-pro,2048,/);
  expect(JSON.parse((await ask("/api/v1/compatibility.json?device=iphone-15-pro")).text)).toHaveLength(page.total / 2);
  expect((await ask("/api/v1/compatibility?device=iphone-3")).status).toBe(400);
  expect((await ask("/api/v1/compatibility.csv?devcie=iphone-15-pro")).status).toBe(400);
  const best = JSON.parse((await ask("/api/v1/recommendation?device=computer-16gb&capability=chat,tools&prefer=speed")).text);
  expect(best).toMatchObject({ device: "computer-16gb", contextSize: 4096 });
  const { choices } = await as().matrix.recommend({ device: "computer-16gb", capability: ["chat", "tools"], prefer: "speed" });
  expect(best.choices.map(({ variant }: { variant: string }) => variant)).toEqual(choices.map(({ variant }) => variant.id));
});
