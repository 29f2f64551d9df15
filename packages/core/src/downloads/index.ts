export { type DownloadProgress, type DownloadRequest, type DownloadSettings, download } from "./download.ts";
export { createDownloadQueue, type DownloadQueue, type DownloadState, type DownloadTask } from "./download-queue.ts";
