import type { PlatformSupport } from "@tenfold/catalog";
import { Badge } from "./badge.tsx";

/** Whether a framework runs on a platform, in a word: "runs" is what a test of Tenfold's does, "prepared" what none has done yet. */
export function SupportBadge({ support }: { support: PlatformSupport }) {
  if (!support.supported) return <Badge tone="neutral">no</Badge>;
  return support.proof === "tested" ? <Badge tone="good">runs</Badge> : <Badge tone="busy">prepared</Badge>;
}

export const platformNames = { node: "Node", browser: "Browser", "react-native": "React Native" } as const;
export const platforms = Object.keys(platformNames) as (keyof typeof platformNames)[];
