export interface ResponseHead {
  status: number;
  statusText: string;
  headers: Headers;
  /** Where the body begins in the bytes. */
  endsAt: number;
}

export const longestHeadBytes = 64 * 1024;
const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: ([^\r\n]*))?$/;
const headerLine = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/;

/**
 * Reads the head of an HTTP/1 response.
 * @returns undefined while more bytes are needed.
 * @throws Error for what is no head of a response, or a longer one than 64 KiB.
 */
export function parseResponseHead(bytes: Uint8Array): ResponseHead | undefined {
  // Latin 1, as header fields are: no byte is lost, and each is one character.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, longestHeadBytes)).toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) {
    if (bytes.length >= longestHeadBytes) throw new Error("The server's headers have no end.");
    return undefined;
  }
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = statusLine.exec(first);
  if (!status) throw new Error("The server does not answer in HTTP.");
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error("The server sends a header that is none.");
    headers.append(name, value);
  }
  return { status: Number(status[1]), statusText: status[2] ?? "", headers, endsAt: end + 4 };
}
