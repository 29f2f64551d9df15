export interface DataOption {
  readonly data?: string;
}

/** The environment, in which an option of the command line wins. */
export function commandEnvironment({ data }: DataOption): Record<string, string | undefined> {
  return { ...process.env, ...(data !== undefined && { TENFOLD_HUB_DATA: data }) };
}
