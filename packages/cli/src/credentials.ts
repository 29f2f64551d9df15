type Credentials = (url: string) => Readonly<Record<string, string>> | undefined;

const kaggleHosts: readonly string[] = ["www.kaggle.com", "kaggle.com"];

/** What the environment holds for places that want a sign-in. Each secret is for its own place, and encrypted connections, only. */
export function credentialsOf({ KAGGLE_USERNAME, KAGGLE_KEY }: Readonly<Record<string, string | undefined>>): Credentials | undefined {
  if (!KAGGLE_USERNAME || !KAGGLE_KEY) return undefined;
  const authorization = `Basic ${Buffer.from(`${KAGGLE_USERNAME}:${KAGGLE_KEY}`).toString("base64")}`;
  return (url) => {
    const { protocol, host } = new URL(url);
    return protocol === "https:" && kaggleHosts.includes(host) ? { authorization } : undefined;
  };
}
