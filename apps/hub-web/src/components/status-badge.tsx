import type { StatusName } from "../curation/model-status.ts";
import { Badge, type Tone } from "./badge.tsx";

const tones: Record<StatusName, Tone> = { draft: "neutral", "in review": "busy", approved: "good", published: "good", deprecated: "busy", revoked: "bad" };

/** A model's state in a word. */
export function StatusBadge({ status }: { status: StatusName }) {
  return <Badge tone={tones[status]}>{status}</Badge>;
}
