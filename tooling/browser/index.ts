export { type BuiltApplication, buildApplication } from "./build-application.ts";
export { type BundleParts, bundleParts } from "./bundle-parts.ts";
export { browserProgram, type OpenBrowser, openBrowser, softwareWebgpu } from "./open-browser.ts";
export { needsChromium, type OpenPage, openPage } from "./open-page.ts";
export { type PageServer, type PageServerOptions, servePages } from "./serve-pages.ts";
