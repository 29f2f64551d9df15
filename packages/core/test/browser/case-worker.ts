/// <reference lib="dom" />
import { runFilesCase } from "./run-files-case.ts";

globalThis.onmessage = async ({ data }: MessageEvent<number>) => {
  try {
    globalThis.postMessage(await runFilesCase(data));
  } catch (error) {
    globalThis.postMessage(String(error));
  }
};
