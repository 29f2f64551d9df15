import { TenfoldError } from "@tenfold/catalog";

/** @throws TenfoldError `invalid-input` when the body is longer; what comes after the limit is not read. */
export async function readBody(request: Request, maximumBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  // Not `for await`: leaving it would cancel the body, which cuts the connection before the answer is out.
  const reader = request.body?.getReader();
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
    sizeBytes += piece.value.byteLength;
    if (sizeBytes > maximumBytes) throw new TenfoldError("invalid-input", `The body has more than ${maximumBytes} bytes.`);
    pieces.push(piece.value);
  }
  return Buffer.concat(pieces);
}
