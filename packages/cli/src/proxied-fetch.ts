type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that goes through the proxies that the environment names, as other command lines do: HTTP_PROXY,
 * HTTPS_PROXY and NO_PROXY, in capitals or not. Undefined when it names none.
 */
export function proxiedFetch(environment: Readonly<Record<string, string | undefined>>): Fetch | undefined {
  const named = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const [httpProxy, httpsProxy, noProxy] = [named("HTTP_PROXY"), named("HTTPS_PROXY"), named("NO_PROXY")];
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  let ready: Promise<Fetch> | undefined;

  async function prepare(): Promise<Fetch> {
    const { EnvHttpProxyAgent, fetch } = await import("undici");
    const dispatcher = new EnvHttpProxyAgent({
      ...(httpProxy === undefined ? {} : { httpProxy }),
      ...(httpsProxy === undefined ? {} : { httpsProxy }),
      ...(noProxy === undefined ? {} : { noProxy }),
    });
    // The library's Request and Response are those of Node, under types of its own.
    const through = fetch as unknown as (input: Parameters<Fetch>[0], init: object) => ReturnType<Fetch>;
    return (input, init) => through(input, { ...init, dispatcher });
  }

  return async (input, init) => {
    ready ??= prepare();
    return (await ready)(input, init);
  };
}
