import { filePathSchema } from "@tenfold/catalog";
import type { ArchiveRefusal } from "./archive-refusal.ts";
import type { ArchiveLimits } from "./limits.ts";

/** Keeps account of an archive's members, and refuses the first that must not be. */
export interface MemberLedger {
  /** @returns the path of a file, without a leading `./`. */
  file(name: string, sizeBytes: number): string;
  folder(name: string): void;
  /** Bytes that describe members count as well: a description can be a bomb too. */
  spend(sizeBytes: number, name?: string): void;
}

/** @throws TenfoldError `invalid-format` from each method. */
export function createMemberLedger(archiveBytes: number, limits: ArchiveLimits, refuse: ArchiveRefusal): MemberLedger {
  const mostBytes = Math.min(limits.totalBytes, Math.max(limits.anyRatioBytes, limits.ratio * archiveBytes));
  const known = new Map<string, { spelled: string; kind: "file" | "folder" }>();
  let members = 0;
  let totalBytes = 0;

  function spend(sizeBytes: number, name?: string): void {
    totalBytes += sizeBytes;
    if (totalBytes <= mostBytes) return;
    const reason = mostBytes === limits.totalBytes ? "the most that is allowed" : `${limits.ratio} for each of its own bytes`;
    throw refuse(`with it the archive holds ${totalBytes} bytes; ${mostBytes} is ${reason}`, name === undefined ? {} : { member: name });
  }

  function checkPath(name: string, path: string): void {
    members += 1;
    if (members > limits.members) throw refuse(`it has more than ${limits.members} members`);
    if (filePathSchema.safeParse(path).success) return;
    throw refuse("the name must be a relative path without '.', '..', empty or reserved segments", { member: name });
  }

  /** Two names that a disk may hold for one, by letter case or by how an accent is written, are one. */
  function enter(name: string, path: string, kind: "file" | "folder"): void {
    const folded = path.normalize("NFC").toUpperCase().toLowerCase();
    const before = known.get(folded);
    if (!before) known.set(folded, { spelled: path, kind });
    else if (before.kind === "file" || kind === "file") throw refuse(`the name is taken by ${JSON.stringify(before.spelled)}`, { member: name });
    else if (before.spelled !== path) throw refuse(`the folder is also spelled ${JSON.stringify(before.spelled)}`, { member: name });
  }

  function enterFolders(name: string, path: string): void {
    for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) enter(name, path.slice(0, at), "folder");
  }

  return {
    spend,
    file(name, sizeBytes) {
      const path = withoutDot(name);
      checkPath(name, path);
      enterFolders(name, path);
      enter(name, path, "file");
      spend(sizeBytes, name);
      return path;
    },
    folder(name) {
      const path = withoutDot(name).replace(/\/$/, "");
      // `tar -C folder .` lists the folder itself.
      if (path === "" && name.startsWith("./")) return;
      checkPath(name, path);
      enterFolders(name, path);
      enter(name, path, "folder");
    },
  };
}

function withoutDot(name: string): string {
  return name.startsWith("./") ? name.slice(2) : name;
}
