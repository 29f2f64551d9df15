/**
 * Whether a request that changes something comes from a page of this hub. Browsers say where a request comes from
 * and let no page lie about it; one that says nothing is not believed.
 * @param publicUrl of the hub, where a proxy in front of it changes Host
 */
export function isSameOrigin(headers: Headers, publicUrl: string | undefined): boolean {
  const origin = headers.get("origin");
  if (origin === null || !URL.canParse(origin)) return origin === null && headers.get("sec-fetch-site") === "same-origin";
  return publicUrl === undefined ? new URL(origin).host === headers.get("host") : origin === new URL(publicUrl).origin;
}
