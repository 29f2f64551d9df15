import type { Server } from "node:http";
import { TenfoldError } from "@tenfold/catalog";

/** @throws TenfoldError `invalid-input` when the address cannot be had, naming it. */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw refused(error as NodeJS.ErrnoException, port, host);
  }
}

function refused(error: NodeJS.ErrnoException, port: number, host: string): TenfoldError {
  const other = port >= 65_535 ? 3210 : port + 1;
  if (error.code === "EADDRINUSE") {
    return new TenfoldError("invalid-input", `Port ${port} on ${host} is in use by another program.`, {
      cause: error,
      remedy: `Take another port: PORT=${other} (or --port ${other}).`,
    });
  }
  if (error.code === "EACCES") {
    return new TenfoldError("invalid-input", `Port ${port} on ${host} may not be used by this account.`, {
      cause: error,
      remedy: "Take a port above 1023 with PORT.",
    });
  }
  return TenfoldError.from(error, "invalid-input", `HOST ${host} cannot be listened on`, {
    remedy: "Set HOST to an address of this machine, such as 127.0.0.1 or 0.0.0.0.",
  });
}
