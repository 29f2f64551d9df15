"""The chat model with a cache of fixed size, as ahead-of-time exporters want it: every shape is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from model import Attention, Layer, TinyLlama, load_model, rotate
from paths import HF

HIDDEN = -1e4
# Puts new rows at their positions: (cache, positions, rows of the same dtype) to the cache after it.
Update = Callable[[Tensor, Tensor, Tensor], Tensor]


def copy_rows(cache: Tensor, positions: Tensor, rows: Tensor) -> Tensor:
    return cache.index_copy(2, positions, rows)


class StaticDecoder(nn.Module):
    """Cache tensors are [1, key heads, context, head size]; rows after the newest position are never looked at."""

    def __init__(self, update: Update = copy_rows, folder: Path = HF, context: int | None = None) -> None:
        super().__init__()
        self.network: TinyLlama = load_model(folder, context).requires_grad_(False)
        self.shape, self.update = self.network.shape, update
        self.register_buffer("cosine", self.network.cosine, persistent=False)
        self.register_buffer("sine", self.network.sine, persistent=False)

    def cache_names(self) -> list[str]:
        return [f"kv_cache_{part}_{layer}" for layer in range(self.shape.num_hidden_layers) for part in "kv"]

    def empty_cache(self) -> dict[str, Tensor]:
        shape = (1, self.shape.num_key_value_heads, self.shape.max_position_embeddings, self.shape.head_dim)
        return {name: torch.zeros(shape) for name in self.cache_names()}

    def attend(self, attention: Attention, hidden: Tensor, positions: Tensor, key_cache: Tensor, value_cache: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        shape = self.shape
        cosine, sine = self.cosine[positions], self.sine[positions]
        query = rotate(attention.heads(attention.q_proj(hidden)), cosine, sine)
        key_cache = self.update(key_cache, positions, rotate(attention.heads(attention.k_proj(hidden)), cosine, sine))
        value_cache = self.update(value_cache, positions, attention.heads(attention.v_proj(hidden)))
        groups = shape.num_attention_heads // shape.num_key_value_heads
        # Query heads of one group share a key head, so they stand below each other as further rows.
        query = query.reshape(1, shape.num_key_value_heads, -1, shape.head_dim)
        visible = torch.arange(shape.max_position_embeddings) <= positions[:, None]
        mask = torch.where(visible, 0.0, HIDDEN).repeat(groups, 1)
        weights = F.softmax(query @ key_cache.transpose(2, 3) * shape.head_dim**-0.5 + mask, dim=-1)
        mixed = (weights @ value_cache).reshape(1, shape.num_attention_heads, -1, shape.head_dim)
        return attention.o_proj(mixed.transpose(1, 2).flatten(2)), key_cache, value_cache

    def run_layer(self, layer: Layer, hidden: Tensor, positions: Tensor, key_cache: Tensor, value_cache: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mixed, key_cache, value_cache = self.attend(layer.self_attn, layer.input_layernorm(hidden), positions, key_cache, value_cache)
        hidden = hidden + mixed
        return hidden + layer.mlp(layer.post_attention_layernorm(hidden)), key_cache, value_cache

    def run(self, tokens: Tensor, positions: Tensor, cache: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """Tokens [1, n] at positions [n]; gives the last hidden values [1, n, size] and the cache after them."""
        hidden = self.network.model.embed_tokens(tokens)
        after = dict(cache)
        for number, layer in enumerate(self.network.model.layers):
            key, value = f"kv_cache_k_{number}", f"kv_cache_v_{number}"
            hidden, after[key], after[value] = self.run_layer(layer, hidden, positions, cache[key], cache[value])
        return self.network.model.norm(hidden), after
