import type { DownloadQueue } from "../downloads/download-queue.ts";
import type { PowerGovernor } from "./power-governor.ts";

/** A queue whose downloads pause while the device is hot or short of power, and go on by themselves. */
export function backgroundDownloads(queue: DownloadQueue, governor: PowerGovernor): DownloadQueue {
  return {
    get tasks() {
      return queue.tasks;
    },
    add(request, settings) {
      const task = queue.add(request, settings);
      const ended = new AbortController();
      const follow = () => (governor.plan.backgroundWaits ? task.pause() : task.resume());
      const stop = governor.observe(follow);
      const end = () => {
        stop();
        ended.abort();
      };
      task.result.then(end, end);
      follow();
      watch(governor, ended.signal).catch(() => {});
      return task;
    },
  };
}

/** Such a queue, once there is power to begin with. */
export async function openInBackground(queue: DownloadQueue, governor: PowerGovernor, signal: AbortSignal | undefined): Promise<DownloadQueue> {
  await waitForPower(governor, signal);
  return backgroundDownloads(queue, governor);
}

/** Keeps asking a device that tells of nothing. */
async function watch(governor: PowerGovernor, signal: AbortSignal): Promise<void> {
  for (;;) {
    await governor.change(signal);
    await governor.refresh();
  }
}

/**
 * Waits until work that nobody is waiting for may begin: not while the device is hot, saves power, or has a low battery that is not charging.
 * Rejects with the signal's reason.
 */
export async function waitForPower(governor: PowerGovernor, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    if (!(await governor.refresh()).backgroundWaits) return;
    await governor.change(signal);
  }
}
