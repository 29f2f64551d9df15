"use client";

import { Button } from "./button.tsx";

export function SignOutButton() {
  const signOut = async () => {
    await fetch("/api/auth/sign-out", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    // A new page, made for nobody.
    window.location.assign("/");
  };
  return (
    <Button kind="quiet" onClick={signOut}>
      Sign out
    </Button>
  );
}
