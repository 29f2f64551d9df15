export { createBrowserFiles } from "./browser/files.ts";
export { type BrowserPlatform, type BrowserPlatformOptions, browserPlatform } from "./browser/platform.ts";
