/** Lines that say what is being done, with the seconds since the beginning. Written to stderr, which no one pipes anywhere. */
const startedAt = Date.now();

export function say(text) {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  process.stderr.write(`[${String(seconds).padStart(3)} s] ${text}\n`);
}
