import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { watchParent } from "./watch-parent.mjs";

/** What a command may take to end by itself. */
const killAfterMs = 20_000;

const windows = process.platform === "win32";

/**
 * Runs a command to its end; resolves to its exit code, and to 128 or more when a signal ended it: a killed step is a failed step.
 * It has a process group of its own, so that a signal sent to us, or the end of the npm above us, reaches all that it started.
 * With `logFile` its output goes there, otherwise where ours goes. After `timeLimitMs` it is ended, and resolves to undefined.
 */
export async function runStep(command, words, { cwd, env, logFile, timeLimitMs }) {
  if (logFile) mkdirSync(dirname(logFile), { recursive: true });
  const output = logFile ? openSync(logFile, "w") : "inherit";
  const shell = windows && /(\.cmd|^pnpm)$/.test(command);
  const child = spawn(command, words, { cwd, env, shell, stdio: [logFile ? "ignore" : "inherit", output, output], detached: !windows });
  let stopped;
  const stop = (signal) => {
    stopped = signal;
    kill(child, signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, stop);
  const unwatch = watchParent(() => stop("SIGTERM"));
  let timeIsUp = false;
  const limit = timeLimitMs && setTimeout(endInTime, timeLimitMs);
  function endInTime() {
    timeIsUp = true;
    kill(child, "SIGTERM");
    setTimeout(() => kill(child, "SIGKILL"), killAfterMs).unref();
  }
  try {
    const [code, signal] = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (...how) => resolve(how));
    });
    if (signal) kill(child, "SIGKILL");
    if (stopped) process.exit(code || signalCode(stopped));
    if (timeIsUp) {
      // What it started may outlive it.
      kill(child, "SIGKILL");
      return undefined;
    }
    return signal ? signalCode(signal) : code;
  } finally {
    unwatch();
    clearTimeout(limit);
    for (const signal of signals) process.off(signal, stop);
    if (logFile) closeSync(output);
  }
}

/** The same, kept quiet: resolves to the log's text when the step failed, to undefined when it went well. */
export async function runQuietStep(command, words, { cwd, env, logFile }) {
  const code = await runStep(command, words, { cwd, env, logFile }).catch((error) => error);
  if (code === 0) return undefined;
  return `${readFileSync(logFile, "utf8")}\n${code instanceof Error ? code.message : `ended with ${code}`}`;
}

function kill(child, signal) {
  try {
    if (windows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

function signalCode(signal) {
  return 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0);
}
