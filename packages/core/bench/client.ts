import { readFileSync } from "node:fs";
import { silentLog } from "../src/contract/log.ts";
import { type DownloadRequest, download } from "../src/downloads/download.ts";
import { nodePlatform } from "../src/node/platform.ts";

/** One download in a process of its own: the folder, and the path of the request as JSON. Prints what it took. */
const [home = "", request = ""] = process.argv.slice(2);
const startedAt = performance.now();
await download(JSON.parse(readFileSync(request, "utf8")) as DownloadRequest, { platform: nodePlatform({ home }), log: silentLog, attempts: 1000 });
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ elapsedMs: performance.now() - startedAt, peakBytes: maxRSS * 1024 }));
