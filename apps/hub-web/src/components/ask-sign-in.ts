export interface SignInAnswer {
  readonly isOk: boolean;
  /** 0 when the hub could not be reached. */
  readonly status: number;
  /** Of a failure, for people. */
  readonly message: string;
  /** Where the identity provider asks for the password. */
  readonly url: string | undefined;
}

/** Asks one of the paths under /api/auth. Never rejects. */
export async function askSignIn(path: string, body: object): Promise<SignInAnswer> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`/api/auth${path}`, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => undefined);
  if (response === undefined) return { isOk: false, status: 0, message: "The hub could not be reached. Try again.", url: undefined };
  const { message, url } = ((await response.json().catch(() => undefined)) ?? {}) as { message?: string; url?: string };
  return { isOk: response.ok, status: response.status, message: message ?? "The hub failed; its log says why.", url };
}
