import { TenfoldError } from "@tenfold/catalog";

const again = "Run `tenfold frameworks remove mlx` and `tenfold frameworks add mlx`, or name another Python with the option `python` (TENFOLD_PYTHON).";

/** What Python says when MLX does not start, and what it means. The first rule that fits decides. */
const rules: readonly { pattern: RegExp; message: (python: string) => string; remedy: string }[] = [
  { pattern: /ENOENT|EACCES/, message: (python) => `There is no Python at ${python} that can be started.`, remedy: again },
  {
    pattern: /unknown option -P|Unknown option: -P/i,
    message: (python) => `${python} is older than Python 3.11.`,
    remedy: "Install Python 3.11 or newer, then run `tenfold frameworks add mlx`.",
  },
  {
    pattern: /No module named '?tenfold_mlx/,
    message: () => "The program of the MLX host is not there.",
    remedy: "Give its folder with the option hostFolder: a bundler has left it out.",
  },
  {
    pattern: /No module named '?mlx(?:_lm|\.core|')/,
    message: (python) => `${python} has no mlx and mlx-lm that it can load.`,
    remedy: `${again} By hand: pip install "mlx[cpu]" mlx-lm.`,
  },
  { pattern: /GLIBC|undefined symbol|cannot open shared object/, message: () => "MLX was built for another system than this one.", remedy: again },
];

/** Why MLX does not start, as an error with a remedy. */
export function fromProbe(error: unknown, python: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const { stderr = "", code } = error as { stderr?: string; code?: unknown };
  const text = `${String(code)} ${stderr} ${error instanceof Error ? error.message : ""}`;
  const rule = rules.find(({ pattern }) => pattern.test(text));
  const lines = stderr.trim().split("\n").slice(-20);
  return new TenfoldError(
    "framework-unavailable",
    rule?.message(python) ?? `MLX does not start in ${python}: ${lines.at(-1)?.slice(0, 300) || String(code)}.`,
    {
      framework: "mlx",
      remedy: rule?.remedy ?? again,
      cause: error,
      details: { lines },
    },
  );
}
