import { idSchema, parse, sha256Schema, TenfoldError } from "@tenfold/catalog";
import { readConfiguration } from "../configuration.ts";
import { openHub } from "../hub/open-hub.ts";
import { createLog } from "../log.ts";
import { revoke } from "../releases/revoke.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";

export interface RevokeOptions extends DataOption {
  readonly reason: string;
  readonly file?: string;
}

/** `tenfold-hub revoke`: publishes and signs a release that revokes a model, a variant of it, or a file. The hub must not be running on this data. */
export async function revokeOffline(name: string | undefined, { reason, file, ...options }: RevokeOptions): Promise<void> {
  const revocation = {
    ...(name === undefined ? {} : parseName(name)),
    ...(file === undefined ? {} : { sha256: parse(sha256Schema, file, "digest", "invalid-input") }),
    reason,
  };
  if (name === undefined && file === undefined) throw new TenfoldError("invalid-input", "Name what is revoked: MODEL, MODEL:VARIANT, or --file SHA256.");
  const log = createLog((line) => process.stdout.write(`${line}\n`));
  const hub = await openHub({ ...readConfiguration(commandEnvironment(options)), log });
  try {
    const releases = await hub.database.$transaction((transaction) => revoke(transaction, "console", revocation, hub.clock()), { timeout: 600_000 });
    await hub.signer.sign();
    for (const { number, revocations } of releases) log.info(`release ${number} revokes it; revoked in all: ${revocations?.length ?? 0}`);
  } finally {
    await hub.close();
  }
}

function parseName(name: string): { modelId: string; variant?: string } {
  const [model, variant, ...rest] = name.split(":");
  if (rest.length > 0) throw new TenfoldError("invalid-input", `${name} is not a model's name.`);
  const id = (text: string | undefined) => parse(idSchema, text, `name ${name}`, "invalid-input");
  return { modelId: id(model), ...(variant === undefined ? {} : { variant: id(variant) }) };
}
