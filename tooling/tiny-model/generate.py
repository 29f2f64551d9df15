"""Greedy text of a PyTorch model, with the smallest distance between the first and the second choice."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from model import TinyLlama


@dataclass
class Greedy:
    tokens: list[int]
    margin: float
    first_logits: Tensor


@torch.no_grad()
def greedy(model: TinyLlama, prompt: list[int], limit: int, end: int) -> Greedy:
    tokens: list[int] = []
    margin, first_logits = float("inf"), torch.empty(0)
    while len(tokens) < limit and (not tokens or tokens[-1] != end):
        logits = model.logits(model.hidden(torch.tensor([prompt + tokens]))[0, -1])
        best = logits.topk(2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        if not tokens:
            first_logits = logits
        tokens.append(int(best.indices[0]))
    return Greedy(tokens, margin, first_logits)
