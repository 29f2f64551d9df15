import { type ErrorCode, TenfoldError } from "@tenfold/catalog";

/** Assertions without a test runner, so that cases run in a browser and on a phone too. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

export function equal(actual: unknown, expected: unknown, what: string): void {
  const [shown, wanted] = [text(actual), text(expected)];
  if (shown !== wanted) throw new Error(`${what} is ${shown}, expected ${wanted}`);
}

/** What a promise rejects with. Fails when it resolves. */
export async function rejection(promise: PromiseLike<unknown>, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${what} succeeded${value === undefined ? "" : ` with ${text(value).slice(0, 200)}`}, expected it to fail`);
}

/** Fails unless a promise rejects with a TenfoldError of one of the codes. */
export async function refused(promise: PromiseLike<unknown>, what: string, ...codes: ErrorCode[]): Promise<TenfoldError> {
  const error = await rejection(promise, what);
  assert(
    TenfoldError.is(error, ...codes),
    `${what} failed with ${describe(error)}, expected a TenfoldError${codes.length > 0 ? ` of ${codes.join(" or ")}` : ""}`,
  );
  assert(error.message.length > 0 && error.remedy.length > 0, `${what} failed without saying what to do`);
  return error;
}

function text(value: unknown): string {
  return (
    JSON.stringify(value, (_, one: unknown) =>
      one === undefined ? "(undefined)" : ArrayBuffer.isView(one) && !(one instanceof DataView) ? Array.from(one as Uint8Array) : one,
    ) ?? String(value)
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
