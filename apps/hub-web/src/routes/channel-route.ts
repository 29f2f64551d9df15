import { channelDocument } from "../catalog/channel-document.ts";
import { jsonResponse } from "../http/json-response.ts";
import { problemResponse } from "../http/problem-response.ts";
import type { PublicRoute } from "./public-route.ts";

/** Which release a channel points to now. */
export const channelRoute: PublicRoute = {
  path: /^\/catalog\/channels\/([^/]+)\.json$/,
  name: "/catalog/channels/{channel}.json",
  async answer(request, [, channel = ""], { database }) {
    const bytes = await channelDocument(database, channel);
    if (bytes === undefined) return problemResponse(404, "unknown-channel", "This hub has no such channel.");
    return jsonResponse(request, { bytes, immutable: false });
  },
};
