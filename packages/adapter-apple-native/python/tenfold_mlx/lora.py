"""LoRA adapters over a loaded model, as mlx-lm and PEFT write them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import mlx.core as mx
from mlx.nn.layers.linear import Linear
from mlx.nn.layers.quantized import QuantizedLinear
from mlx.utils import tree_unflatten

from .arrays import Module, read_arrays
from .errors import HostError

_MOST_CONFIG_BYTES = 1024 * 1024
_KEY = re.compile(r"(?:base_model\.model\.)?(?P<module>.+)\.lora_(?P<side>[abAB])(?P<peft>\.weight)?")


@dataclass(frozen=True, slots=True)
class _Pair:
    """`a` has the shape (input, rank), `b` (rank, output), its scale in it."""

    a: mx.array
    b: mx.array


class _Adapted(Module):
    """A layer, and what adapters add to it."""

    def __init__(self, layer: Module, a: mx.array, b: mx.array) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.layer = layer
        self.a = a
        self.b = b

    def __call__(self, x: mx.array) -> mx.array:
        output: mx.array = self.layer(x)
        return output + ((x @ self.a) @ self.b).astype(x.dtype)


def apply_adapters(model: Module, adapters: list[tuple[Path, float]], dtype: mx.Dtype) -> None:
    """Adds all adapters, each times its scale. Raises HostError `invalid-input` for what is no adapter of this model."""
    pairs: dict[str, list[_Pair]] = {}
    for folder, scale in adapters:
        for name, pair in _read(folder, scale).items():
            pairs.setdefault(name, []).append(pair)
    modules = dict(cast("Any", model).named_modules())
    adapted = [(name, _adapt(name, modules.get(name), several, dtype)) for name, several in pairs.items()]
    if adapted:
        model.update_modules(tree_unflatten(adapted))


def _adapt(name: str, layer: Module | None, pairs: list[_Pair], dtype: mx.Dtype) -> _Adapted:
    if not isinstance(layer, (Linear, QuantizedLinear)):
        raise HostError("invalid-input", f"A LoRA adapter changes {name}, which is no linear layer of this model.")
    outputs, inputs = layer.weight.shape
    if isinstance(layer, QuantizedLinear):
        inputs = inputs * 32 // layer.bits
    for pair in pairs:
        if pair.a.shape[0] != inputs or pair.b.shape[1] != outputs:
            found = f"{pair.a.shape[0]} to {pair.b.shape[1]}"
            raise HostError("invalid-input", f"A LoRA adapter takes {name} from {found}; in this model it goes from {inputs} to {outputs}.")
    # Ranks side by side are a sum.
    a = mx.concatenate([pair.a for pair in pairs], axis=1)
    b = mx.concatenate([pair.b for pair in pairs], axis=0)
    return _Adapted(layer, a.astype(dtype), b.astype(dtype))


def _read(folder: Path, scale: float) -> dict[str, _Pair]:
    weights_file = next((folder / name for name in ("adapters.safetensors", "adapter_model.safetensors") if (folder / name).is_file()), None)
    config_file = folder / "adapter_config.json"
    if weights_file is None or not config_file.is_file():
        raise HostError("invalid-input", f"{folder} is no LoRA adapter: it needs adapter_config.json and adapters.safetensors or adapter_model.safetensors.")
    own_scale = _scale_of(_read_config(config_file), folder)
    try:
        weights = read_arrays(weights_file, "safetensors")
    except (RuntimeError, ValueError) as error:
        raise HostError("invalid-input", f"{weights_file} is damaged: {error}") from error
    sides: dict[str, dict[str, mx.array]] = {}
    for key, value in weights.items():
        match = _KEY.fullmatch(key)
        if match is None or value.ndim != 2:
            raise HostError("invalid-input", f"{weights_file.name} holds {key}, which is no part of a LoRA adapter.")
        # PEFT keeps both sides with their outputs first.
        sides.setdefault(match["module"], {})[match["side"].lower()] = value.T if match["peft"] else value
    return {name: _pair(name, side, own_scale * scale) for name, side in sides.items()}


def _pair(name: str, side: dict[str, mx.array], scale: float) -> _Pair:
    a, b = side.get("a"), side.get("b")
    if a is None or b is None or a.shape[1] != b.shape[0]:
        raise HostError("invalid-input", f"The LoRA adapter for {name} has no two sides of the same rank.")
    return _Pair(a.astype(mx.float32), b.astype(mx.float32) * scale)


def _read_config(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _MOST_CONFIG_BYTES:
            raise ValueError("it is too large")
        config = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise HostError("invalid-input", f"{file} cannot be read: {error}") from error
    if not isinstance(config, dict):
        raise HostError("invalid-input", f"{file} is not a JSON object.")
    return config


def _scale_of(config: dict[str, Any], folder: Path) -> float:
    kind = str(config.get("peft_type") or config.get("fine_tune_type") or "lora").lower()
    if kind != "lora" or config.get("use_dora"):
        raise HostError("invalid-input", f"{folder} is an adapter of the kind {'dora' if config.get('use_dora') else kind}; only LoRA is supported.")
    if "peft_type" in config:
        rank, alpha = _number(config, "r", folder), _number(config, "lora_alpha", folder)
        return alpha / (rank**0.5 if config.get("use_rslora") else rank)
    parameters = config.get("lora_parameters")
    return _number(parameters if isinstance(parameters, dict) else {}, "scale", folder)


def _number(config: dict[str, Any], name: str, folder: Path) -> float:
    value = config.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise HostError("invalid-input", f"The adapter {folder} does not say {name}, a number above 0.")
    return float(value)
