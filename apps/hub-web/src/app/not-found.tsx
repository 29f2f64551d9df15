import type { Metadata } from "next";
import { Notice } from "../components/notice.tsx";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <Notice title="There is nothing here" level="h1">
      <p>The address may be misspelt, or the model is no longer published.</p>
      <p>
        <a href="/">See all models</a>
      </p>
    </Notice>
  );
}
