import { APIError, betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { genericOAuth } from "better-auth/plugins";
import type { Database } from "../database/open-database.ts";
import type { Log } from "../log.ts";
import { clientAddressHeader } from "../server/client-address.ts";

/** An identity provider that speaks OpenID Connect. */
export interface OidcOptions {
  /** Where its `/.well-known/openid-configuration` lies. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says. */
  readonly name: string;
}

/** Passwords, sessions and identity providers. */
export interface SignIn {
  /** Answers the paths under /api/auth. */
  answer(request: Request): Promise<Response>;
  /** Whose session the cookies name. */
  userOf(headers: Headers): Promise<string | undefined>;
  hashPassword(password: string): Promise<string>;
  /** The name of the identity provider, when there is one. */
  readonly providerName: string | undefined;
}

export interface OpenSignInOptions {
  readonly database: Database;
  /** Signs cookies. At least 32 characters. */
  readonly secret: string;
  /** Where browsers find the hub, when it is not where they say: behind a proxy with TLS. */
  readonly publicUrl?: string | undefined;
  readonly oidc?: OidcOptions | undefined;
  readonly log: Log;
}

export const oidcProvider = "oidc";
export const minimumPasswordLength = 12;

/** Sign-in by better-auth. Nobody signs up: people are invited, and an identity provider's accounts are joined to them by e-mail address. */
export function openSignIn({ database, secret, publicUrl, oidc, log }: OpenSignInOptions): SignIn {
  const auth = betterAuth({
    appName: "Tenfold hub",
    secret,
    ...(publicUrl !== undefined && { baseURL: publicUrl }),
    basePath: "/api/auth",
    database: prismaAdapter(database, { provider: "postgresql" }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: minimumPasswordLength, maxPasswordLength: 256 },
    user: { additionalFields: { role: { type: "string", input: false, required: false }, disabledAt: { type: "date", input: false, required: false } } },
    verification: { modelName: "signInState" },
    session: { expiresIn: 14 * 24 * 3600, updateAge: 24 * 3600 },
    account: { accountLinking: { trustedProviders: [oidcProvider] } },
    plugins: oidc === undefined ? [] : [genericOAuth({ config: [providerOf(oidc)] })],
    databaseHooks: {
      session: {
        create: {
          before: async ({ userId }) => {
            const user = await database.user.findUnique({ where: { id: userId } });
            if (user?.disabledAt != null) throw new APIError("FORBIDDEN", { message: "This account has been disabled. Ask an administrator of the hub." });
          },
        },
      },
    },
    advanced: { cookiePrefix: "tenfold", ipAddress: { ipAddressHeaders: [clientAddressHeader] } },
    // The hub counts attempts itself, by account as well.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: "error", log: (_level, message) => log.error(`sign-in: ${message}`) },
    onAPIError: { errorURL: "/sign-in" },
  });
  return {
    answer: (request) => auth.handler(request),
    userOf: async (headers) => (await auth.api.getSession({ headers }))?.user.id,
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    providerName: oidc?.name,
  };
}

function providerOf({ issuer, clientId, clientSecret }: OidcOptions) {
  return {
    providerId: oidcProvider,
    discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    requireIdTokenVerification: true,
    clientId,
    clientSecret,
    scopes: ["openid", "email", "profile"],
    pkce: true,
    disableSignUp: true,
  };
}
