"""Writes the chat model for MLX as an npz archive, and tries it and hf/ in mlx-lm."""

from __future__ import annotations

import json
import shutil

import mlx.core as mx
import mlx.nn as nn
import numpy as np
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.models.llama import Model, ModelArgs
from mlx_lm.utils import load
from safetensors.numpy import load_file

from compare import Step, compare
from paths import HF, MODELS
from record import record

COPIED_FILES = {"config.json": "configuration", "tokenizer.json": "byte-level BPE tokenizer", "tokenizer_config.json": "configuration"}


def step_of(model: nn.Module) -> Step:
    cache: list[object] = []

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal cache
        cache = make_prompt_cache(model) if begins else cache
        logits = model(mx.array([tokens]), cache=cache)[0, -1].astype(mx.float32)
        return np.array(logits)

    return step


def export_npz(config: dict[str, object]) -> None:
    folder = MODELS / "npz"
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED_FILES:
        shutil.copyfile(HF / name, folder / name)
    np.savez(folder / "weights.npz", **load_file(HF / "model.safetensors"))
    model = Model(ModelArgs.from_dict(config))
    model.load_weights(str(folder / "weights.npz"))
    model.set_dtype(mx.float32)
    checked = f"weights.npz loaded by name into mlx-lm's Llama on the CPU, in float32: {compare('npz', step_of(model))}"
    record("export_mlx.py", ["mlx", "mlx-lm", "numpy"], "npz", {"weights.npz": "chat model, F16, names of MLX's Llama", **COPIED_FILES}, checked)


def export_mlx() -> None:
    config = json.loads((HF / "config.json").read_text())
    original, _ = load(str(HF))
    original.set_dtype(mx.float32)
    compare("hf in mlx-lm", step_of(original))
    export_npz(config)


if __name__ == "__main__":
    export_mlx()
