import { TRPCError } from "@trpc/server";
import { notFound } from "next/navigation";

/** For a page's `catch`: shows that there is nothing where what was asked for is not there, or could not be. */
export function orNotFound(error: unknown): never {
  if (error instanceof TRPCError && ["NOT_FOUND", "BAD_REQUEST"].includes(error.code)) notFound();
  throw error;
}
