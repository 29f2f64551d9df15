import type { Source } from "@tenfold/catalog";

/** An address that bytes can be asked from. */
export interface ResolvedSource {
  url: string;
  /** Secrets: sent to this address's origin only, left behind by a redirect to another, and never shown. */
  headers?: Readonly<Record<string, string>>;
}

export interface SourceSettings {
  /** The hub whose manifest names the source. */
  hubUrl?: string;
  /** Another server that speaks the Hugging Face Hub's protocol. Default: the public Hub. */
  huggingFaceEndpoint?: string;
  /** For gated repositories. */
  huggingFaceToken?: string;
  /** The headers that sign in to an address, for sources that need it. */
  credentials?: (url: string) => Readonly<Record<string, string>> | undefined;
}

/** Turns a manifest's source into an address; undefined for a hub source without a hub. */
export function resolveSource(source: Source, sha256: string, settings: SourceSettings): ResolvedSource | undefined {
  switch (source.kind) {
    case "hub":
      return settings.hubUrl === undefined ? undefined : { url: `${settings.hubUrl}/artifacts/sha256/${sha256}` };
    case "https":
      return withCredentials(source.url, settings);
    case "hugging-face": {
      const endpoint = (settings.huggingFaceEndpoint ?? "https://huggingface.co").replace(/\/+$/, "");
      const path = source.path.split("/").map(encodeURIComponent).join("/");
      const url = `${endpoint}/${source.repository}/resolve/${source.revision?.value ?? "main"}/${path}`;
      return settings.huggingFaceToken ? { url, headers: { authorization: `Bearer ${settings.huggingFaceToken}` } } : withCredentials(url, settings);
    }
  }
}

function withCredentials(url: string, { credentials }: SourceSettings): ResolvedSource {
  const headers = credentials?.(url);
  return headers ? { url, headers } : { url };
}
