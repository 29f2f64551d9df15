"""Writes the chat model for MLX as an npz archive and as a 4-bit folder, and tries them and hf/ in mlx-lm."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
import numpy as np
from mlx.utils import tree_flatten
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.models.llama import Model, ModelArgs
from mlx_lm.utils import load
from safetensors.numpy import load_file

from compare import Step, compare
from paths import HF, MODELS
from record import record

TOKENIZER_FILES = {"tokenizer.json": "byte-level BPE tokenizer", "tokenizer_config.json": "configuration"}
PACKAGES = ["mlx", "mlx-lm", "numpy"]
GROUP_SIZE = 64


def step_of(model: nn.Module) -> Step:
    cache: list[object] = []

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal cache
        cache = make_prompt_cache(model) if begins else cache
        logits = model(mx.array([tokens]), cache=cache)[0, -1].astype(mx.float32)
        return np.array(logits)

    return step


def write_folder(folder: Path, config: dict[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in TOKENIZER_FILES:
        shutil.copyfile(HF / name, folder / name)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def export_npz(config: dict[str, object]) -> None:
    folder = MODELS / "npz"
    write_folder(folder, config)
    np.savez(folder / "weights.npz", **load_file(HF / "model.safetensors"))
    model = Model(ModelArgs.from_dict(config))
    model.load_weights(str(folder / "weights.npz"))
    model.set_dtype(mx.float32)
    checked = f"weights.npz loaded by name into mlx-lm's Llama on the CPU, in float32: {compare('npz', step_of(model))}"
    record("export_mlx.py", PACKAGES, "npz", {"weights.npz": "chat model, F16, names of MLX's Llama", "config.json": "configuration", **TOKENIZER_FILES}, checked)


def export_quantized(config: dict[str, object]) -> None:
    folder, settings = MODELS / "mlx-q4", {"group_size": GROUP_SIZE, "bits": 4}
    write_folder(folder, {**config, "quantization": settings})
    model = Model(ModelArgs.from_dict(config))
    model.load_weights(str(HF / "model.safetensors"))
    nn.quantize(model, **settings)
    mx.save_safetensors(str(folder / "model.safetensors"), dict(tree_flatten(model.parameters())), metadata={"format": "mlx"})
    loaded, _ = load(str(folder))
    checked = f"loaded by mlx-lm: {compare('mlx-q4', step_of(loaded), exact=False)}"
    record("export_mlx.py", PACKAGES, "mlx-q4", {"model.safetensors": "chat model, 4 bits in groups of 64, F16 scales", "config.json": "configuration", **TOKENIZER_FILES}, checked)


def export_mlx() -> None:
    config = json.loads((HF / "config.json").read_text())
    original, _ = load(str(HF))
    original.set_dtype(mx.float32)
    compare("hf in mlx-lm", step_of(original))
    export_npz(config)
    export_quantized(config)


if __name__ == "__main__":
    export_mlx()
