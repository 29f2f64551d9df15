import type { Source } from "@tenfold/catalog";

export interface SourceLink {
  readonly label: string;
  readonly href?: string;
}

/** Where a person can look at or fetch what a source names. The hub's own files need their digest. */
export function sourceLink(source: Source, sha256: string | undefined): SourceLink {
  switch (source.kind) {
    case "hub":
      return { label: "this hub", ...(sha256 !== undefined && { href: `/artifacts/sha256/${sha256}` }) };
    case "https":
      return { label: new URL(source.url).host, href: source.url };
    case "hugging-face": {
      const { repository, path, revision } = source;
      const at = revision?.value ?? "main";
      const file = path.split("/").map(encodeURIComponent).join("/");
      return {
        label: `Hugging Face ${repository}${revision ? ` at ${at.slice(0, 7)}` : ""}`,
        href: `https://huggingface.co/${repository}/resolve/${at}/${file}`,
      };
    }
  }
}
