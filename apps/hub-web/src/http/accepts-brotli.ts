/** Whether an Accept-Encoding names Brotli, and not to refuse it (RFC 9110, 12.5.3). `*` is passed over: who means Brotli says so. */
export function acceptsBrotli(header: string | null): boolean {
  if (header === null) return false;
  return header.split(",").some((one) => {
    const [coding, ...parameters] = one.split(";").map((part) => part.trim().toLowerCase());
    return coding === "br" && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
