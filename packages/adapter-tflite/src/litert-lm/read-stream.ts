import type { CApi, Pointer } from "./c-api.ts";
import { failure } from "./required.ts";

/**
 * Begins a stream and hears it to its end. Chunks come as bytes: one may end inside a character.
 * @returns whether the context was full before the answer ended. @throws Error with the library's words.
 */
export async function readStream(
  api: CApi,
  begin: (callback: Pointer) => unknown,
  onChunk: (bytes: Uint8Array, final: boolean) => void,
): Promise<{ full: boolean }> {
  // Calls from another thread do not keep a process alive.
  const alive = setInterval(() => {}, 2 ** 30);
  let release = () => {};
  try {
    return await new Promise((resolve, reject) => {
      const stream = api.stream((chunk) => {
        const error = api.call("stream_chunk_get_error", chunk) as string | null;
        if (error) {
          if (/Max number of tokens/.test(error)) resolve({ full: true });
          else if (/CANCELLED/i.test(error)) resolve({ full: false });
          else reject(new Error(error));
          return;
        }
        const final = api.call("stream_chunk_is_final", chunk) === true;
        try {
          onChunk(api.bytesAt(api.call("stream_chunk_get_text", chunk)), final);
        } catch (error) {
          reject(error);
        }
        if (final) resolve({ full: false });
      });
      release = stream.release;
      if (begin(stream.pointer) !== 0) reject(failure(api, "Decoding did not begin"));
    });
  } finally {
    clearInterval(alive);
    // The library may still be inside the last call.
    setImmediate(release);
  }
}
