"""From a folder with weights and config.json to a model that computes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx

from . import mlx_lm_parts
from .arrays import Module, parameters_of, read_arrays
from .errors import HostError
from .load_request import LoadRequest
from .lora import apply_adapters
from .memory import Memory, cache_of, compute_of, weights_of
from .sequence import Sequence

_MOST_CONFIG_BYTES = 16 * 1024 * 1024
_LAYER_KEYS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")


@dataclass(frozen=True, slots=True)
class Loaded:
    model: Module
    vocabulary_size: int
    context_size: int
    sequences: list[Sequence]
    memory: Memory


def load(request: LoadRequest, progress: Callable[[float], None]) -> Loaded:
    """Raises HostError; whatever else comes is the framework's."""
    _use_device(request.accelerator)
    model, config = _read_model(request)
    dtype = _dtype_of(model, request.precision)
    model.set_dtype(dtype)
    apply_adapters(model, request.lora, dtype)
    progress(0.2)
    fused = mx.default_device() == mx.gpu
    compute_bytes = compute_of(config, request.piece_tokens, request.context_size, dtype.size, fused)
    # Arrays are read when they are evaluated: until here nothing has been.
    Memory(weights_of(model), 0, compute_bytes).check(request.memory_limit_bytes)
    _read_weights(model, progress)
    sequences = [Sequence(model, request.context_size, request.piece_tokens) for _ in range(request.parallel)]
    first = sequences[0]
    # One token shows whether the layers fit together, and what a token's cache takes.
    logits = first.forward([0], "last", lambda: False)[0]
    memory = Memory(weights_of(model), request.parallel * cache_of(first.cache, request.context_size), compute_bytes)
    memory.check(request.memory_limit_bytes)
    first.clear()
    return Loaded(model, int(logits.shape[-1]), request.context_size, sequences, memory)


def _use_device(accelerator: str | None) -> None:
    if accelerator == "metal" and not mx.metal.is_available():
        raise HostError("framework-unavailable", "MLX finds no Metal here.", "Use the accelerator cpu.")
    if accelerator == "cpu":
        mx.set_default_device(mx.cpu)
    if mx.default_device() == mx.cpu:
        # It would start a C++ compiler, and load what lies in a folder that others may write.
        mx.disable_compile()


def _read_model(request: LoadRequest) -> tuple[Module, dict[str, Any]]:
    folder = request.folder
    config = _read_config(folder / "config.json")
    weights = _weights_in(folder)
    _check_config(config, _count_tensors(weights))
    try:
        model, whole_config = mlx_lm_parts.import_utils().load_model(folder, lazy=True)
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error.__cause__, ImportError):
            missing = f"The architecture {config['model_type']} needs {error.__cause__.name}, which this Python does not have."
            raise HostError("unsupported-format", missing, "Name a Python that has it with the option `python`.") from error
        raise HostError("invalid-format", f"The weights and config.json do not belong together: {_first_line(error)}") from error
    return model, whole_config


def _weights_in(folder: Path) -> list[Path]:
    archive = folder / "weights.npz"
    if archive.is_file():
        # mlx-lm reads safetensors only.
        mx.save_safetensors(str(folder / "model.safetensors"), read_arrays(archive, "npz"))
    return sorted(folder.glob("model*.safetensors"))


def _count_tensors(files: list[Path]) -> int:
    if not files:
        raise HostError("invalid-format", "There are no weights: no file is named model….safetensors.")
    try:
        return sum(len(read_arrays(file, "safetensors")) for file in files)
    except (RuntimeError, ValueError) as error:
        raise HostError("invalid-format", f"The weights cannot be read: {_first_line(error)}") from error


def _read_config(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _MOST_CONFIG_BYTES:
            raise HostError("invalid-format", "config.json is too large.")
        config = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise HostError("invalid-format", "There is no config.json beside the weights.") from error
    except (ValueError, RecursionError) as error:
        raise HostError("invalid-format", "config.json is not JSON.") from error
    if not isinstance(config, dict):
        raise HostError("invalid-format", "config.json is not a JSON object.")
    return config


def _check_config(config: dict[str, Any], tensors: int) -> None:
    """What would take a careless loader's time or memory, or have it run a program."""
    kind = config.get("model_type")
    if not isinstance(kind, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", kind):
        raise HostError("invalid-format", "config.json does not say a model_type.")
    if "model_file" in config:
        raise HostError("unsupported-format", "The model brings a program of its own, which is not run.", "Choose a model whose architecture mlx-lm knows.")
    if not mlx_lm_parts.knows(kind):
        raise HostError("unsupported-format", f"mlx-lm {mlx_lm_parts.version()} does not know the architecture {kind}.")
    nested = config.get("text_config")
    for part in (config, nested if isinstance(nested, dict) else {}):
        for key in _LAYER_KEYS:
            layers = part.get(key)
            if isinstance(layers, int) and layers > tensors:
                raise HostError("invalid-format", f"config.json claims {layers} layers, and there are {tensors} tensors.")


def _dtype_of(model: Module, precision: str | None) -> mx.Dtype:
    named: dict[str | None, mx.Dtype] = {"float32": mx.float32, "float16": mx.float16, "bfloat16": mx.bfloat16}
    if precision in named:
        return named[precision]
    sizes: dict[mx.Dtype, int] = {}
    for value in parameters_of(model).values():
        if mx.issubdtype(value.dtype, mx.floating):
            sizes[value.dtype] = sizes.get(value.dtype, 0) + value.size
    return max(sizes, key=lambda dtype: sizes[dtype], default=mx.float32)


def _read_weights(model: Module, progress: Callable[[float], None]) -> None:
    weights = list(parameters_of(model).values())
    total = sum(value.nbytes for value in weights) or 1
    done = 0
    for value in weights:
        mx.eval(value)
        done += value.nbytes
        progress(0.2 + 0.7 * done / total)


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0][:300] or type(error).__name__
