/** Where this hub is reached: as it was told, else as the browser asked for it. A host that is none is not repeated. */
export function hubAddress(publicUrl: string | undefined, host: string | null): string {
  if (publicUrl !== undefined) return publicUrl;
  return host !== null && /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i.test(host) ? `http://${host}` : "http://127.0.0.1:3210";
}
