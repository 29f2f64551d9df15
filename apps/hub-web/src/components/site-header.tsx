import type { Actor } from "../people/actor.ts";
import { permits } from "../people/actor.ts";
import type { Role } from "../people/role.ts";
import type { Trust } from "../signing/signer.ts";
import { Logo } from "./logo.tsx";
import { SignOutButton } from "./sign-out-button.tsx";
import styles from "./site-header.module.css";
import { type Place, SitePlaces } from "./site-places.tsx";

/** Where one can go, and who may; each is shown to those only. */
const places: readonly (Place & { readonly needs?: Role })[] = [
  { href: "/", name: "Models", holds: "/models" },
  { href: "/matrix", name: "Matrix" },
  { href: "/devices", name: "Devices" },
  { href: "/frameworks", name: "Frameworks" },
  { href: "/recommend", name: "Recommend" },
  { href: "/releases", name: "Releases" },
  { href: "/curate", name: "Curate", needs: "viewer" },
  { href: "/admin/people", name: "People", needs: "admin" },
  { href: "/admin/audit", name: "Audit", needs: "admin" },
  { href: "/admin/sweep", name: "Sweep", needs: "admin" },
];

export function SiteHeader({ trust, actor }: { trust: Trust | undefined; actor: Actor | undefined }) {
  return (
    <header className={styles.header}>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <div className={styles.row}>
        {/* A plain link: it also empties the search form. */}
        <a className={styles.home} href="/">
          <span className={styles.mark}>
            <Logo />
          </span>
          <span>
            Tenfold <span className={styles.light}>hub</span>
          </span>
        </a>
        <SitePlaces
          places={places
            .filter(({ needs }) => needs === undefined || (actor !== undefined && permits(actor, needs)))
            .map(({ needs: _needs, ...place }) => place)}
        />
        <div className={styles.who}>
          {!(trust && !trust.isDevelopment) && (
            <a className={styles.unsigned} href="/trust">
              {trust ? "development keys" : "unsigned"}
            </a>
          )}
          {actor === undefined ? (
            <a href="/sign-in">Sign in</a>
          ) : (
            <>
              <a className={styles.name} href="/account" title={`${actor.email}, ${actor.role}`}>
                {actor.name}
              </a>
              <span className={styles.signOut}>
                <SignOutButton kind="quiet" />
              </span>
            </>
          )}
        </div>
      </div>
    </header>
  );
}
