import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import { protocolVersion } from "@tenfold/host";
import type { Installation } from "../binding.ts";
import type { AppleDescription } from "./apple-description.ts";

/** What a description says of one framework. @throws TenfoldError `framework-unavailable` with its reason. */
export function describedFramework(
  description: AppleDescription,
  { framework, name }: FrameworkProfile,
  otherVersionRemedy: string,
): Pick<Installation, "version" | "accelerators" | "notes" | "source"> {
  const unavailable = (reason: string, remedy: string) => new TenfoldError("framework-unavailable", reason, { framework, remedy });
  if (description.protocolVersion !== protocolVersion) {
    const words = `What was built of ${name} speaks version ${description.protocolVersion} of the protocol; this adapter speaks ${protocolVersion}.`;
    throw unavailable(words, otherVersionRemedy);
  }
  const found = description.frameworks.find((one) => one.framework === framework);
  if (!found) throw unavailable(`${name} was left out when this was built.`, otherVersionRemedy);
  if (!found.available) throw unavailable(found.reason, found.remedy);
  const [first, ...others] = found.accelerators;
  return { version: found.version, accelerators: [first ?? "cpu", ...others], notes: found.notes ?? [], source: { framework } };
}
