#!/usr/bin/env bash
# Builds the tiny models: makes the Python environment, trains, exports and checks.
#   tooling/tiny-model/build.sh                 everything (about 20 minutes on two cores)
#   tooling/tiny-model/build.sh --export-only   only the exports, from the checkpoints of an earlier run
# TENFOLD_TINY_VENV chooses another place for the Python environment.
# TENFOLD_TINY_NODE_MODULES names a folder with node-llama-cpp and @huggingface/jinja for the llama.cpp check.
set -euo pipefail
cd "$(dirname "$0")"
environment="${TENFOLD_TINY_VENV:-.cache/venv}"
if [ ! -x "$environment/bin/python" ]; then
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement requirements.txt
fi
"$environment/bin/python" build.py "$@"
"$environment/bin/python" check.py
if [ -n "${TENFOLD_TINY_NODE_MODULES:-}" ]; then
  node check.mjs "$TENFOLD_TINY_NODE_MODULES"
fi
