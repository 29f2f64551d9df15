/** What a person is told: what is wrong, and what to do about it. */
export class Failure extends Error {
  constructor(message, remedy, details = "") {
    super(message);
    this.name = "Failure";
    this.remedy = remedy;
    this.details = details;
  }
}

const causes = [
  [/ERR_PNPM_OUTDATED_LOCKFILE/, "pnpm-lock.yaml does not fit the package.json files.", "Run `npm run setup` to bring it up to date."],
  [/ENOSPC/, "The disk is full.", "Free some space (a full install takes about 1.5 GB) and try again."],
  [/EROFS|EACCES|EPERM/, "A folder could not be written.", "Use a clone in a folder of your own."],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL|ERR_PNPM_FETCH|network/i,
    "The package registry is out of reach.",
    "Check the network, a proxy, and the registry that `npm config get registry` names; then run the same command again.",
  ],
];

/** Turns the log of a failed install into one plain sentence and a remedy; the end of the log is shown only when it says nothing known. */
export function installFailure(what, log, logFile) {
  const known = causes.find(([pattern]) => pattern.test(log));
  if (known === undefined) return new Failure(`${what}.`, `The whole log: ${logFile}`, tail(log));
  const [, sentence, remedy] = known;
  return new Failure(`${what}. ${sentence}`, `${remedy} Log: ${logFile}`);
}

export function tail(text, lines = 15) {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
