import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { SiteFooter } from "../components/site-footer.tsx";
import { SiteHeader } from "../components/site-header.tsx";
import { currentHub } from "../hub/current-hub.ts";
import { pageActor } from "../people/page-actor.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Models · Tenfold hub", template: "%s · Tenfold hub" },
  description: "Curated language models that run on your own devices, with their checksums and where each figure comes from.",
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f5f0" },
    { media: "(prefers-color-scheme: dark)", color: "#101312" },
  ],
};

/** Every page is made for its request: its scripts carry that request's nonce. */
export const dynamic = "force-dynamic";

export default async function Layout({ children }: { children: ReactNode }) {
  const [trust, actor] = await Promise.all([currentHub().signer.trust(), pageActor()]);
  return (
    <html lang="en">
      <body>
        <SiteHeader trust={trust} actor={actor} />
        <main id="content">{children}</main>
        <SiteFooter trust={trust} />
      </body>
    </html>
  );
}
