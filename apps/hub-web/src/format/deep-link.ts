/** Opens a model in an application that knows Tenfold: `tenfold://model/<id>?hub=<address>`. */
export function deepLink(id: string, hubUrl: string): string {
  return `tenfold://model/${encodeURIComponent(id)}?hub=${encodeURIComponent(hubUrl)}`;
}
