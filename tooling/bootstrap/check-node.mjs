/** Why this version of Node cannot run Tenfold, in one sentence, or undefined. Written for any Node that knows ES modules. */
export function nodeProblem(version) {
  const parts = version.split(".").map(Number);
  const major = parts[0];
  const minor = parts[1];
  const known = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return known ? undefined : `Node ${version} is too old or was never a long-term release. Install Node 20.19+, 22.12+ or 24+, for example from nodejs.org.`;
}
