"""MLX's arrays, with the types that its stubs leave open."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import mlx.core as mx
from mlx.nn.layers.base import Module as Module
from mlx.utils import tree_flatten


def parameters_of(model: Module) -> dict[str, mx.array]:
    """By name. Not read yet, where the weights are still in their files."""
    found = cast("list[tuple[str, Any]]", tree_flatten(cast("Any", model).parameters()))
    return {name: value for name, value in found if isinstance(value, mx.array)}


def read_arrays(file: Path, kind: str) -> dict[str, mx.array]:
    """The arrays of a file, read when they are used. Raises RuntimeError or ValueError where it is damaged."""
    return cast("dict[str, mx.array]", mx.load(str(file), format=kind))


def bytes_of(array: mx.array) -> bytes:
    """In the order of rows, little-endian."""
    return bytes(memoryview(cast("Any", array)))
