/** Where in a model's life an error happened. */
export const stages = ["discovery", "download", "extraction", "validation", "initialization", "loading", "generation", "storage", "configuration"] as const;
export type Stage = (typeof stages)[number];

interface ErrorCodeEntry {
  /** The stage an error of this code belongs to unless the thrower knows better. */
  readonly stage: Stage;
  /** True when doing the same again later may succeed with nothing changed. */
  readonly retryable: boolean;
  /** What a person can do about it, unless the thrower knows better. */
  readonly remedy: string;
}

/** Every code a {@link TenfoldError} can carry. The only place where codes are defined. */
export const errorCodes = {
  "invalid-input": { stage: "configuration", retryable: false, remedy: "Correct the value that the message names." },
  "illegal-transition": { stage: "configuration", retryable: false, remedy: "Follow the lifecycle: see the transition table in docs/lifecycle.md." },
  conflict: { stage: "configuration", retryable: false, remedy: "Somebody else changed it meanwhile: look at what it is now, and decide." },
  forbidden: { stage: "configuration", retryable: false, remedy: "Ask somebody who may do it." },
  "catalog-unreachable": {
    stage: "discovery",
    retryable: true,
    remedy: "Check that the hub runs and that its address is right; models already in the store still work.",
  },
  "invalid-manifest": { stage: "discovery", retryable: false, remedy: "Tell the hub's curators: what it published does not follow the catalog's schema." },
  "untrusted-catalog": {
    stage: "discovery",
    retryable: false,
    remedy: "Somebody may be in between: try another network, and ask the hub's owner; models already in the store still work.",
  },
  "expired-catalog": {
    stage: "discovery",
    retryable: true,
    remedy: "Check this device's clock; if it is right, tell the hub's owner that what it signed has run out.",
  },
  "unsupported-schema-version": { stage: "discovery", retryable: false, remedy: "Update Tenfold: this was written by a newer version." },
  "unknown-model": { stage: "discovery", retryable: false, remedy: "List what there is, and check the spelling of the id." },
  "unknown-variant": { stage: "discovery", retryable: false, remedy: "Show the model to see which variants it has." },
  "ambiguous-model": { stage: "discovery", retryable: false, remedy: "Name the model with its hub or variant." },
  revoked: { stage: "discovery", retryable: false, remedy: "Do not use this model; see the reason its curators gave, and choose another." },
  "no-digest": { stage: "download", retryable: false, remedy: "Ask a curator to verify this file, or allow it explicitly for this file." },
  "no-source": { stage: "download", retryable: false, remedy: "Ask a curator to add a source for this file." },
  network: { stage: "download", retryable: true, remedy: "Check the connection and try again; what was downloaded is kept." },
  "http-status": { stage: "download", retryable: true, remedy: "Try again later; what was downloaded is kept." },
  unauthorized: { stage: "download", retryable: false, remedy: "Sign in to the source and accept the model's licence there." },
  "licence-not-accepted": {
    stage: "download",
    retryable: false,
    remedy: "Read the licence; who accepts it answers yes through `acceptLicence`, or adds --accept-licence on the command line.",
  },
  timeout: { stage: "download", retryable: true, remedy: "Try again; what was downloaded is kept." },
  "digest-mismatch": { stage: "validation", retryable: false, remedy: "Do not use this file. The source or the catalog is wrong: tell the hub's curators." },
  "size-mismatch": { stage: "download", retryable: false, remedy: "The source or the catalog is wrong: tell the hub's curators." },
  "disk-full": { stage: "storage", retryable: false, remedy: "Free some space and try again; what was downloaded is kept." },
  "storage-failed": { stage: "storage", retryable: false, remedy: "Check that the store's folder exists and may be written." },
  "store-locked": { stage: "storage", retryable: true, remedy: "Another process is working on this model; wait for it or stop it." },
  "not-installed": { stage: "storage", retryable: false, remedy: "Pull the model first." },
  "invalid-format": { stage: "validation", retryable: false, remedy: "The file is damaged or not what its name says; download it again or take another." },
  "unsupported-format": { stage: "validation", retryable: false, remedy: "Choose a variant in a format that an installed adapter can load." },
  "framework-unavailable": { stage: "initialization", retryable: false, remedy: "See what `probe()` reports for this framework." },
  "no-adapter": { stage: "initialization", retryable: false, remedy: "Install the adapter package for this format and pass it to createTenfold." },
  "load-failed": { stage: "loading", retryable: false, remedy: "Read the cause; try another variant of the model." },
  "out-of-memory": { stage: "loading", retryable: false, remedy: "Choose a smaller variant or a smaller context size, or close other applications." },
  "crashed-before": {
    stage: "loading",
    retryable: false,
    remedy: "Load it again to try once more, or choose another framework, another variant or a smaller context size.",
  },
  "template-failed": { stage: "generation", retryable: false, remedy: "Check the messages against what the model's chat template accepts." },
  "context-overflow": { stage: "generation", retryable: false, remedy: "Shorten the conversation or load the model with a larger context size." },
  "unsupported-request": { stage: "generation", retryable: false, remedy: "Leave the setting out, or use a model whose capabilities include it." },
  "generation-failed": { stage: "generation", retryable: true, remedy: "Try again; if it happens again, load the model anew." },
  "invalid-tool-call": { stage: "generation", retryable: true, remedy: "Show the model the error and let it try again." },
  busy: { stage: "generation", retryable: true, remedy: "Try again in a moment, or ask for fewer answers at once." },
  disposed: { stage: "generation", retryable: false, remedy: "Load the model again." },
  crashed: { stage: "generation", retryable: true, remedy: "Load the model again; choose another variant if it crashes again." },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof errorCodes;
