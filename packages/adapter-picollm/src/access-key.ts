import { TenfoldError } from "@tenfold/catalog";
import { picoLlmProfile } from "./profile.ts";

/**
 * A key that is fit to be shown to picoLLM, without the spaces that copying adds. Whether it is valid only Picovoice's servers know.
 * @throws TenfoldError `unauthorized`, which does not tell the key.
 */
export function checkAccessKey(accessKey: string | undefined): string {
  const key = typeof accessKey === "string" ? accessKey.trim() : "";
  if (key === "") throw unauthorized("picoLLM needs an AccessKey, and none was given.");
  if (!isBase64(key)) throw unauthorized("The AccessKey is none: it is not in Base64, as those of Picovoice Console are.");
  return key;
}

function unauthorized(message: string): TenfoldError {
  return new TenfoldError("unauthorized", message, {
    stage: "initialization",
    framework: picoLlmProfile.framework,
    remedy: "Copy the AccessKey from Picovoice Console (https://console.picovoice.ai) and pass it: picoLlm({ accessKey }).",
  });
}

function isBase64(text: string): boolean {
  try {
    return btoa(atob(text)) === text;
  } catch {
    return false;
  }
}
