import { TenfoldError } from "@tenfold/catalog";
import { shown } from "../formats/invalid-format.ts";

/** Makes the error for a bad archive. Names the member where the fault is in one. */
export type ArchiveRefusal = (message: string, where?: { member?: string; byte?: number }) => TenfoldError;

/** @param name of the archive, for messages. */
export function createArchiveRefusal(name: string): ArchiveRefusal {
  return (message, where = {}) => {
    const place = [where.member === undefined ? "" : ` ${shown(where.member)}`, where.byte === undefined ? "" : ` (at byte ${where.byte})`].join("");
    return new TenfoldError("invalid-format", `Invalid archive ${name}${place === "" ? "" : `,${place}`}: ${message}.`, {
      stage: "extraction",
      details: { file: name, ...where },
    });
  };
}
