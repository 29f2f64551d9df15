"""Writes tenfold-tiny as somebody else would: python write-form.py quantized BITS SOURCE TARGET, or lora SOURCE TARGET."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten
from tenfold_mlx import mlx_lm_parts

GROUP_SIZE = 32


def quantized(bits: int, source: Path, target: Path) -> None:
    """A folder as mlx_lm.convert --quantize writes it."""
    model, config = mlx_lm_parts.import_utils().load_model(source)
    nn.quantize(model, group_size=GROUP_SIZE, bits=bits)
    shutil.copytree(source, target, dirs_exist_ok=True)
    mx.save_safetensors(str(target / "model.safetensors"), dict(tree_flatten(model.parameters())), {"format": "mlx"})
    config["quantization"] = {"group_size": GROUP_SIZE, "bits": bits}
    (target / "config.json").write_text(json.dumps(config))


def lora(source: Path, target: Path) -> None:
    """A PEFT adapter as mlx_lm.lora writes one."""
    config = json.loads((source / "adapter_config.json").read_text())
    weights: dict[str, mx.array] = {}
    for name, value in mx.load(str(source / "adapter_model.safetensors")).items():
        own = name.removeprefix("base_model.model.").removesuffix(".weight")
        weights[own.replace("lora_A", "lora_a").replace("lora_B", "lora_b")] = value.T
    target.mkdir(parents=True, exist_ok=True)
    mx.save_safetensors(str(target / "adapters.safetensors"), weights)
    parameters = {"rank": config["r"], "scale": config["lora_alpha"] / config["r"], "dropout": 0.0}
    (target / "adapter_config.json").write_text(json.dumps({"fine_tune_type": "lora", "num_layers": 5, "lora_parameters": parameters}))


match sys.argv[1:]:
    case ["quantized", bits, source, target]:
        quantized(int(bits), Path(source), Path(target))
    case ["lora", source, target]:
        lora(Path(source), Path(target))
