"""One sequence of tokens and its cache."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Literal

import mlx.core as mx

from . import mlx_lm_parts
from .arrays import Module
from .errors import Cancelled, HostError

Wanted = Literal["last", "all", "none"]


class Sequence:
    """
    Its calls never overlap. A prompt is computed in pieces of `piece_tokens`, and `cancelled` is asked before each: what was computed by then stays.
    """

    def __init__(self, model: Module, context_size: int, piece_tokens: int) -> None:
        self._model = model
        self._context_size = context_size
        self._piece_tokens = piece_tokens
        self._length = 0
        self._cache = self._fresh()

    def _fresh(self) -> list[Any]:
        cache: list[Any] = mlx_lm_parts.import_cache().make_prompt_cache(self._model)
        return cache

    @property
    def cache(self) -> list[Any]:
        return self._cache

    def forward(self, tokens: list[int], wanted: Wanted, cancelled: Callable[[], bool]) -> list[mx.array]:
        """Adds tokens. Gives rows of 32-bit logits, in one or several arrays: of all tokens, of the last, or none."""
        if self._length + len(tokens) > self._context_size:
            raise HostError("context-overflow", f"The context of {self._context_size} tokens is full.")
        # The last token has a pass of its own, so that the output is multiplied for one row only.
        ends = len(tokens) - 1 if wanted == "last" else len(tokens)
        pieces = [tokens[start : min(start + self._piece_tokens, ends)] for start in range(0, ends, self._piece_tokens)]
        rows = [self._compute(piece, wanted == "all", cancelled) for piece in pieces]
        if wanted == "last" and tokens:
            rows.append(self._compute(tokens[-1:], True, cancelled))
        return [row for row in rows if row is not None]

    def _compute(self, piece: list[int], with_logits: bool, cancelled: Callable[[], bool]) -> mx.array | None:
        if cancelled():
            raise Cancelled
        try:
            output = self._model(mx.array([piece], dtype=mx.int32), cache=self._cache)
            # Nothing is computed that nobody asks for: the logits of a prompt's middle never are.
            logits = output[0].astype(mx.float32) if with_logits else None
            mx.eval([one.state for one in self._cache], *([] if logits is None else [logits]))
        except BaseException:
            # What the cache holds now is not certain.
            self.clear()
            raise
        self._length += len(piece)
        if len(piece) > 1:
            mx.clear_cache()
        return logits

    def truncate(self, length: int) -> int:
        """Drops what stands behind `length`; all of it where the cache cannot be cut. Gives how many tokens are kept."""
        surplus = self._length - length
        if surplus <= 0:
            return self._length
        parts = mlx_lm_parts.import_cache()
        if length == 0 or not parts.can_trim_prompt_cache(self._cache) or parts.trim_prompt_cache(self._cache, surplus) != surplus:
            self.clear()
        else:
            self._length = length
        return self._length

    def fork(self) -> Sequence:
        other = copy.copy(self)
        other._cache = copy.deepcopy(self._cache)
        return other

    def clear(self) -> None:
        self._cache = self._fresh()
        self._length = 0
