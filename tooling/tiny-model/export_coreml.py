"""Writes the chat model as .mlpackage, stateful and with the cache as inputs and outputs. Core ML itself runs on Apple systems only."""

from __future__ import annotations

import shutil
from pathlib import Path

import coremltools
import numpy as np
import torch
from coremltools.optimize.coreml import OpLinearQuantizerConfig, OptimizationConfig, linear_quantize_weights
from torch import Tensor, nn

from compare import Step, compare
from model import RmsNorm
from paths import MODELS
from record import record
from static_cache import StaticDecoder

LAYERS, CONTEXT = 5, 512
SAMPLE_TOKENS, SAMPLE_PAST = 3, 4
FILES = {"Manifest.json": "package manifest", "Data/com.apple.CoreML/model.mlmodel": "program", "Data/com.apple.CoreML/weights/weight.bin": "weights"}


def place_rows(cache: Tensor, positions: Tensor, rows: Tensor) -> Tensor:
    """Core ML has no index_copy: each cache row is its old value or the new row whose position it is."""
    chosen = (torch.arange(CONTEXT)[:, None] == positions).to(rows.dtype)
    return cache * (1 - chosen.sum(1, keepdim=True)) + chosen @ rows


def rms_norm(norm: RmsNorm, values: Tensor) -> Tensor:
    return values * torch.rsqrt((values * values).mean(-1, keepdim=True) + norm.epsilon) * norm.weight


class Stateless(nn.Module):
    """inputIds [1, n] at positions [n] with keyCache and valueCache [layers, key heads, context, head size]."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = StaticDecoder(place_rows)
        for module in self.modules():
            if isinstance(module, RmsNorm):
                module.forward = lambda values, norm=module: rms_norm(norm, values)

    def forward(self, inputIds: Tensor, positions: Tensor, keyCache: Tensor, valueCache: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        before = {f"kv_cache_{part}_{layer}": cache[layer : layer + 1] for part, cache in (("k", keyCache), ("v", valueCache)) for layer in range(LAYERS)}
        hidden, after = self.decoder.run(inputIds, positions, before)
        keys, values = (torch.cat([after[f"kv_cache_{part}_{layer}"] for layer in range(LAYERS)]) for part in "kv")
        return self.decoder.network.logits(hidden), keys, values


class Stateful(nn.Module):
    """inputIds [1, n] and fullAttentionMask [1, 1, n, past + n], as Swift Transformers gives them; the cache is two states."""

    def __init__(self) -> None:
        super().__init__()
        self.stateless = Stateless()
        shape = self.stateless.decoder.shape
        cache = (LAYERS, shape.num_key_value_heads, CONTEXT, shape.head_dim)
        self.register_buffer("keyCache", torch.zeros(cache))
        self.register_buffer("valueCache", torch.zeros(cache))

    def forward(self, inputIds: Tensor, fullAttentionMask: Tensor) -> Tensor:
        # The network is causal by itself; the mask says how many tokens went before.
        past = fullAttentionMask.shape[3] - inputIds.shape[1]
        logits, keys, values = self.stateless(inputIds, past + torch.arange(inputIds.shape[1]), self.keyCache, self.valueCache)
        self.keyCache[:] = keys
        self.valueCache[:] = values
        # The values of a declared input must be used for the converter to keep it.
        return logits + 0.0 * fullAttentionMask[0, 0, :1, :1]


def stateless_step(model: Stateless) -> Step:
    empty = torch.zeros((LAYERS, 2, CONTEXT, 32))
    keys = values = empty
    used = 0

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal keys, values, used
        if begins:
            keys, values, used = empty, empty, 0
        positions = torch.arange(used, used + len(tokens), dtype=torch.int32)
        logits, keys, values = model(torch.tensor([tokens]), positions, keys, values)
        used += len(tokens)
        return logits[0, -1].numpy()

    return step


def stateful_step(model: Stateful) -> Step:
    used = 0

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal used
        if begins:
            used = 0
            model.keyCache.zero_()
            model.valueCache.zero_()
        used += len(tokens)
        return model(torch.tensor([tokens]), torch.zeros((1, 1, len(tokens), used)))[0, -1].numpy()

    return step
