import { createHash, randomBytes } from "node:crypto";
import { startFileServer } from "@tenfold/tooling/test-server";
import { expect, it } from "vitest";
import { scriptedDevice } from "../../test/simulated-device.ts";
import { temporaryPlatform } from "../../test/temporary-platform.ts";
import { silentLog } from "../contract/log.ts";
import { createDownloadQueue, type DownloadState } from "../downloads/download-queue.ts";
import { backgroundDownloads } from "./background-downloads.ts";
import { createPowerGovernor } from "./power-governor.ts";

it.each([true, false])("a download pauses while power is short, keeps what came and goes on by itself (device tells by itself: %s)", async (tells) => {
  const platform = await temporaryPlatform();
  const bytes = new Uint8Array(randomBytes(300_000));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const server = await startFileServer({ files: { "/a": bytes } });
  try {
    const device = scriptedDevice({}, { tells });
    const queue = backgroundDownloads(createDownloadQueue(), createPowerGovernor({ clock: platform.clock, device }));
    server.addFault({ kind: "stall", afterBytes: 100_000, path: "/a" });
    const request = { name: "a", sha256, sizeBytes: bytes.length, sources: [{ url: server.url("/a") }], path: "partial" };
    const task = queue.add(request, { platform, log: silentLog, stallTimeoutMs: 3_600_000 });
    const becomes = (state: DownloadState) =>
      new Promise<void>((resolve) => {
        if (task.state === state) resolve();
        task.observe((one) => one.state === state && resolve());
      });
    await server.stalled();
    expect(queue.tasks).toEqual([task]);
    const paused = becomes("paused");
    device.become({ batteryLevel: 0.1, charging: false });
    await paused;
    server.release();
    device.become({ batteryLevel: 0.1, charging: true });
    await task.result;
    expect(task.state).toBe("done");
    expect(
      createHash("sha256")
        .update(await platform.files.read("partial"))
        .digest("hex"),
    ).toBe(sha256);
  } finally {
    await server.close();
    await platform.remove();
  }
});
