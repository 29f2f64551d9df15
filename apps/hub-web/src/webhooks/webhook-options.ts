/** Who is told of releases, and how they know that it was this hub. */
export interface WebhookOptions {
  readonly urls: readonly string[];
  /** As Standard Webhooks writes it: `whsec_` and base64. There whenever there is an address. */
  readonly secret?: string;
}
