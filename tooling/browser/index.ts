export { browserProgram, type OpenBrowser, openBrowser, softwareWebgpu } from "./open-browser.ts";
export { type PageServer, type PageServerOptions, servePages } from "./serve-pages.ts";
