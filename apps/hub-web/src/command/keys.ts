import { readFile } from "node:fs/promises";
import { TenfoldError } from "@tenfold/catalog";
import type { Metadata, Root } from "@tufjs/models";
import { readConfiguration } from "../configuration.ts";
import { describeKeys } from "../signing/describe-keys.ts";
import { initialiseKeys, rotateKeys, signDraft } from "../signing/key-ceremony.ts";
import { type KeyFolder, openKeyFolder } from "../signing/key-folder.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";

export interface KeysOptions extends DataOption {
  /** Files of root keys. */
  readonly rootKey?: readonly string[];
  /** Files whose first line opens the root keys: one for all, or one for each in the same order. */
  readonly passphraseFile?: readonly string[];
}

export interface RotateOptions extends KeysOptions {
  readonly replace?: readonly string[];
  readonly loseRootKey?: readonly string[];
  readonly newRootKey?: readonly string[];
  readonly newPassphraseFile?: readonly string[];
}

type Write = (text: string) => void;

/** `tenfold-hub keys init`: a root of a person's own, in place of everything that was. */
export async function init(options: KeysOptions, write: Write): Promise<void> {
  const folder = openFolder(options);
  const root = await initialiseKeys(folder, await rootKeyFiles(options.rootKey, options.passphraseFile), new Date());
  write(`${describeKeys(root)}\nThe root keys lie where you said, under their passphrases. Take them off this computer, to different places.\n`);
}

/** `tenfold-hub keys rotate`: a new root, with new keys for what was lost or has served long enough. */
export async function rotate({ replace = [], loseRootKey = [], newRootKey, newPassphraseFile, ...options }: RotateOptions, write: Write): Promise<void> {
  const folder = openFolder(options);
  const outcome = await rotateKeys(folder, {
    signers: await rootKeyFiles(options.rootKey, options.passphraseFile),
    replace,
    lostRootKeyIds: loseRootKey,
    newRootKeys: newRootKey ? await rootKeyFiles(newRootKey, newPassphraseFile) : [],
    now: new Date(),
  });
  tell(outcome, write);
}

/** `tenfold-hub keys sign`: one more signature on the root that waits for it. */
export async function sign(options: KeysOptions, write: Write): Promise<void> {
  tell(await signDraft(openFolder(options), await rootKeyFiles(options.rootKey, options.passphraseFile)), write);
}

/** `tenfold-hub keys status`. */
export async function status(options: KeysOptions, write: Write): Promise<void> {
  const folder = openFolder(options);
  const [root] = (await folder.roots()).slice(-1);
  const draft = await folder.draft();
  write(root ? describeKeys(root) : "There are no keys yet: the first start makes some for development, `tenfold-hub keys init` makes your own.\n");
  if (draft) write(`\nRoot ${draft.signed.version} waits for signatures: tenfold-hub keys sign\n`);
}

function tell({ root, missing }: { root: Metadata<Root>; missing: number }, write: Write): void {
  write(
    missing === 0
      ? `${describeKeys(root)}\nA hub that is running follows within an hour; a start follows at once.\n`
      : `Root ${root.signed.version} waits for ${missing} more signature${missing === 1 ? "" : "s"}: tenfold-hub keys sign\n`,
  );
}

function openFolder(options: DataOption): KeyFolder {
  const { dataFolder, keyPassphrase } = readConfiguration(commandEnvironment(options));
  return openKeyFolder(dataFolder, keyPassphrase);
}

async function rootKeyFiles(paths: readonly string[] = [], passphraseFiles: readonly string[] = []): Promise<{ path: string; passphrase: string }[]> {
  if (passphraseFiles.length !== 1 && passphraseFiles.length !== paths.length) {
    throw new TenfoldError("invalid-input", `There are ${paths.length} keys and ${passphraseFiles.length} files with passphrases.`, {
      remedy: "Give one file with a passphrase for all keys, or one for each, in the same order.",
    });
  }
  return Promise.all(paths.map(async (path, index) => ({ path, passphrase: await firstLine(passphraseFiles[index] ?? passphraseFiles[0] ?? "") })));
}

async function firstLine(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new TenfoldError("invalid-input", `There is no file ${path}.`, { cause });
  });
  const line = text.split(/\r?\n/)[0] ?? "";
  if (line.length < 12) throw new TenfoldError("invalid-input", `The passphrase in ${path} has fewer than 12 characters.`, { remedy: "Take a longer one." });
  return line;
}
