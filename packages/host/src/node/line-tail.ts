const keptLines = 20;
const longestLine = 1000;
/** After so many lines of one process its log says nothing new. */
const mostLines = 10_000;

/** What a process prints, by lines: each goes to `write`, the last are kept. Long ones are cut, and after ten thousand no more are written. */
export function createLineTail(write: (line: string) => void) {
  const kept: string[] = [];
  let open = "";
  let written = 0;

  function add(line: string): void {
    const text = line.trimEnd().slice(0, longestLine);
    if (text === "") return;
    kept.push(text);
    if (kept.length > keptLines) kept.shift();
    written += 1;
    if (written < mostLines) write(text);
    else if (written === mostLines) write("The process prints too much; nothing more of it is shown.");
  }

  return {
    push(chunk: Uint8Array) {
      const lines = (open + new TextDecoder().decode(chunk)).split("\n");
      open = (lines.pop() ?? "").slice(0, longestLine);
      for (const line of lines) add(line);
    },
    /** The last lines, the unfinished one included. */
    lines: (): string[] => [...kept, ...(open.trim() === "" ? [] : [open])].slice(-keptLines),
  };
}
