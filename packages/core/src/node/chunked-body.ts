type Read = () => Promise<Uint8Array | undefined>;

const longestLineBytes = 1024;
const lineFeed = 10;

/**
 * Takes the framing off a body in HTTP's chunked coding.
 * @returns a reader that ends where the coding says; it throws an Error for a body that breaks off or is framed wrongly.
 */
export function readChunkedBody(read: Read): Read {
  let rest: Uint8Array = new Uint8Array();
  let leftBytes = 0;
  let state: "size" | "data" | "after-data" | "done" = "size";

  async function more(): Promise<Uint8Array> {
    const piece = await read();
    if (!piece) throw new Error("The body broke off.");
    return piece;
  }

  /** One line without its end. The view that `rest` is stays valid: only a line over two pieces is copied. */
  async function line(): Promise<string> {
    let text = "";
    for (;;) {
      const end = rest.indexOf(lineFeed);
      text += latin1(end < 0 ? rest : rest.subarray(0, end));
      if (text.length > longestLineBytes) throw wrongly();
      rest = end < 0 ? await more() : rest.subarray(end + 1);
      if (end >= 0) return text.endsWith("\r") ? text.slice(0, -1) : text;
    }
  }

  return async () => {
    for (;;) {
      if (state === "done") return undefined;
      if (state === "size") {
        const [digits = ""] = (await line()).split(/[ \t]*;/);
        if (!/^[0-9a-f]{1,12}$/i.test(digits)) throw wrongly();
        leftBytes = Number.parseInt(digits, 16);
        // What trailers say is of no interest here.
        state = leftBytes === 0 ? "done" : "data";
      } else if (state === "after-data") {
        if ((await line()) !== "") throw wrongly();
        state = "size";
      } else {
        if (rest.length === 0) rest = await more();
        const bytes = rest.subarray(0, leftBytes);
        rest = rest.subarray(bytes.length);
        leftBytes -= bytes.length;
        if (leftBytes === 0) state = "after-data";
        if (bytes.length > 0) return bytes;
      }
    }
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, longestLineBytes + 1)).toString("latin1");
}

function wrongly(): Error {
  return new Error("The body is not in the chunked coding that its head names.");
}
