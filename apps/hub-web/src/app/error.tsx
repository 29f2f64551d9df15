"use client";

import { Notice } from "../components/notice.tsx";

export default function ErrorPage({ reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Notice title="The hub could not answer" level="h1">
      <p>Something failed while this page was made. The hub&rsquo;s log says what.</p>
      <button type="button" onClick={reset}>
        Try again
      </button>
    </Notice>
  );
}
