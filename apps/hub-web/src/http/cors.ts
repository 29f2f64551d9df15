/** Lets pages of any origin read what is public, isolated ones (COEP) included. */
export const corsHeaders = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Content-Range, Accept-Ranges, Content-Length, ETag, Content-Encoding",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
} as const;

/** Answers the question a browser asks before a request with a Range. */
export function preflightResponse(methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...corsHeaders,
      "access-control-allow-methods": methods,
      "access-control-allow-headers": "Range, If-Range, If-None-Match, If-Match, Content-Type, Accept",
      "access-control-max-age": "86400",
    },
  });
}
