#!/usr/bin/env bash
# Builds the tiny models: makes the Python environment, trains, exports and checks.
#   tooling/tiny-model/build.sh                 everything (about 30 minutes on two cores)
#   tooling/tiny-model/build.sh --export-only   only the exports, from the checkpoints of an earlier run
#   tooling/tiny-model/build.sh --export-more   further formats, from the committed hf/ alone (about 8 minutes)
# TENFOLD_TINY_VENV chooses another place for the Python environment, TENFOLD_TINY_MORE_VENV for that of --export-more.
# TENFOLD_TINY_NODE_MODULES names a folder with node-llama-cpp and @huggingface/jinja for the llama.cpp check.
set -euo pipefail
cd "$(dirname "$0")"

# A folder and the requirements file to install there.
make_environment() {
  if [ ! -x "$1/bin/python" ]; then
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --requirement "$2"
  fi
}

if [ "${1:-}" = "--export-more" ]; then
  environment="${TENFOLD_TINY_MORE_VENV:-.cache/venv-more}"
  make_environment "$environment" requirements-more.txt
  # Each in a process of its own: the exporters bring different builds of the same native libraries.
  for format in mlx onnx_more tflite tflite_plain litertlm executorch executorch_plain coreml; do
    "$environment/bin/python" "export_$format.py"
  done
  exit
fi
environment="${TENFOLD_TINY_VENV:-.cache/venv}"
make_environment "$environment" requirements.txt
"$environment/bin/python" build.py "$@"
"$environment/bin/python" check.py
if [ -n "${TENFOLD_TINY_NODE_MODULES:-}" ]; then
  node check.mjs "$TENFOLD_TINY_NODE_MODULES"
fi
