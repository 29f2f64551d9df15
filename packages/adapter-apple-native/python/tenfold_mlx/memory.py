"""What a model takes, in bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mlx.core as mx

from .arrays import Module, parameters_of
from .errors import HostError

_CACHE_STEP = 256


@dataclass(frozen=True, slots=True)
class Memory:
    weights_bytes: int
    cache_bytes: int
    compute_bytes: int

    def to_message(self) -> dict[str, int]:
        return {"weightsBytes": self.weights_bytes, "kvCacheBytes": self.cache_bytes, "computeBytes": self.compute_bytes}

    def check(self, limit_bytes: float | None) -> None:
        taken = self.weights_bytes + self.cache_bytes + self.compute_bytes
        if limit_bytes is not None and taken > limit_bytes:
            raise HostError("out-of-memory", f"The model takes {taken} bytes of memory; {int(limit_bytes)} are allowed.")


def weights_of(model: Module) -> int:
    """Also before they are read: shapes and types are known from the start."""
    return sum(value.nbytes for value in parameters_of(model).values())


def cache_of(cache: list[Any], context_size: int) -> int:
    """Of a full context, told from the cache of a short one."""
    return sum(_full(one, context_size) for one in cache)


def _full(one: Any, context_size: int) -> int:
    inner = getattr(one, "caches", None)
    if inner is not None:
        return cache_of(list(inner), context_size)
    held = int(getattr(one, "nbytes", 0))
    keys = getattr(one, "keys", None)
    keys = keys[0] if isinstance(keys, (tuple, list)) else keys
    if not isinstance(keys, mx.array):
        # A state that does not grow.
        return held
    positions = min(context_size, getattr(one, "max_size", context_size))
    whole = -(-positions // _CACHE_STEP) * _CACHE_STEP
    return held // keys.shape[-2] * whole


def compute_of(config: dict[str, Any], piece_tokens: int, context_size: int, element_bytes: int, fused_attention: bool) -> int:
    """The largest results that are in use at once while a piece is computed: a layer's, its attention's where that is not fused, and two rows of logits."""
    text = {**config, **(config.get("text_config") or {})}
    width, heads, vocabulary = (_count(text, name) for name in ("hidden_size", "num_attention_heads", "vocab_size"))
    inner = _count(text, "intermediate_size") or 4 * width
    scores = 0 if fused_attention else 2 * heads * context_size
    return piece_tokens * (6 * width + 3 * inner + scores) * element_bytes + 2 * 4 * vocabulary


def _count(config: dict[str, Any], name: str) -> int:
    value = config.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
