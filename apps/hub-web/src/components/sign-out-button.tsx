"use client";

import { askSignIn } from "./ask-sign-in.ts";
import { Button, type ButtonKind } from "./button.tsx";
import { goTo } from "./go-to.ts";

export function SignOutButton({ kind }: { kind: ButtonKind }) {
  const signOut = async () => {
    // A new page, made for nobody. Where the hub was not reached, the session goes on, and the page that says so stays.
    if ((await askSignIn("/sign-out", {})).isOk) await goTo("/");
  };
  return (
    <Button kind={kind} onClick={signOut}>
      Sign out
    </Button>
  );
}
