import { Option } from "commander";

/** An option that may be given several times. One value each: an option that takes many would swallow the words behind it. */
export function repeatedOption(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be given several times`).argParser((value, earlier: readonly string[] | undefined) => [
    ...(earlier ?? []),
    value,
  ]);
}
