"""Writes any Llama with tied embeddings as .pte for XNNPACK: export_executorch_llama.py FOLDER TARGET [CONTEXT]

FOLDER has config.json and safetensors, as `tenfold convert --to safetensors` writes them. TARGET is a folder for model.pte and the tokenizer's files.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from export_executorch import write_model
from static_cache import StaticDecoder

BESIDE = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"]


def export_llama(folder: Path, target: Path, context: int) -> None:
    target.mkdir(parents=True, exist_ok=True)
    write_model(target / "model.pte", StaticDecoder(folder=folder, context=context), {})
    for name in BESIDE:
        if (folder / name).exists():
            shutil.copyfile(folder / name, target / name)


if __name__ == "__main__":
    export_llama(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 2048)
