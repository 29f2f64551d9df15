/** npm hands SIGTERM to its shell and the shell does not pass it on: being orphaned is the only notice we get. Returns what ends the watch. */
export function watchParent(orphaned) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    orphaned();
  }, 500);
  timer.unref();
  return () => clearInterval(timer);
}
