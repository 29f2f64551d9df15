import { TenfoldError } from "@tenfold/catalog";

/** @throws TenfoldError `invalid-input` when the body is longer; what comes after the limit is not read. */
export async function readBody(request: Request, maximumBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  // A web stream that is left early is cancelled, and the connection with it.
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > maximumBytes) throw new TenfoldError("invalid-input", `The body has more than ${maximumBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
