import { TenfoldError } from "@tenfold/catalog";
import type { Session } from "../session.ts";

/**
 * Asks a person, who answers with a line that begins with "y" or does not.
 * @throws TenfoldError `invalid-input` where nobody can be asked; the signal's reason when aborted.
 */
export async function confirm({ stdin, stderr }: Pick<Session, "stdin" | "stderr">, question: string, signal: AbortSignal): Promise<boolean> {
  if (!stdin.isTTY) throw new TenfoldError("invalid-input", "There is no terminal to ask on.", { remedy: "Add --yes to go on without being asked." });
  stderr.write(`${question} [y/N] `);
  const pieces = stdin[Symbol.asyncIterator]();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    signal.throwIfAborted();
    const { value } = (await Promise.race([pieces.next(), aborted])) as IteratorResult<Uint8Array | string, undefined>;
    const answer = typeof value === "string" ? value : new TextDecoder().decode(value);
    return /^\s*y/i.test(answer);
  } finally {
    // A terminal that is still read from would keep the process alive.
    stdin.destroy?.();
  }
}
