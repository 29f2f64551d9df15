/// <reference lib="dom" />
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Sha256Hash } from "../platform/platform.ts";

/** Chunks of files are hashed in one piece; a whole file is not kept in memory for it. */
const mostGatheredBytes = 16 * 1024 * 1024;

/**
 * SHA-256 in a browser. WebCrypto is some fifteen times as fast as JavaScript but cannot stream: what is known to be
 * small is gathered for it.
 */
export function createSha256(mostBytes = Number.POSITIVE_INFINITY): Sha256Hash {
  return mostBytes <= mostGatheredBytes ? gatheredHash(mostBytes) : streamingHash();
}

function streamingHash(): Sha256Hash {
  const hash = sha256.create();
  return { update: (bytes) => void hash.update(bytes), digest: async () => bytesToHex(hash.digest()) };
}

function gatheredHash(mostBytes: number): Sha256Hash {
  const gathered = new Uint8Array(mostBytes);
  let filled = 0;
  return {
    update(bytes) {
      gathered.set(bytes, filled);
      filled += bytes.length;
    },
    digest: async () => bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", gathered.subarray(0, filled)))),
  };
}
