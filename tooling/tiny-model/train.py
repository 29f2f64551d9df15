"""Trains the chat model (and, with one layer, the draft model) on generated conversations."""

from __future__ import annotations

import math
import time

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

from dialogues import make_dialogues
from model import Shape, TinyLlama, round_to_half, save_model
from paths import CACHE
from rows import Rows, encode_dialogues
from tokenizer import END, PAD, render_dialogue, train_tokenizer

PEAK_RATE = 4e-3
HARD_RATE = 1.5e-3
BATCH_ROWS = 8


def build_tokenizer(seed: int) -> Tokenizer:
    CACHE.mkdir(parents=True, exist_ok=True)
    tokenizer = train_tokenizer(render_dialogue(dialogue) for dialogue in make_dialogues(seed + 1, 6000))
    tokenizer.save(str(CACHE / "tokenizer.json"))
    return tokenizer


def rate_at(step: int, steps: int, peak: float) -> float:
    warm_up = min(100, steps // 10 + 1)
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up))))


def fit(model: TinyLlama, rows: Rows, steps: int, seed: int, label: str, peak: float = PEAK_RATE) -> None:
    random = np.random.default_rng(seed)
    matrices = [weight for weight in model.parameters() if weight.dim() == 2]
    vectors = [weight for weight in model.parameters() if weight.dim() != 2]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}], betas=(0.9, 0.97))
    order, started, average = np.empty(0, np.int64), time.time(), None
    for step in range(steps):
        if len(order) < BATCH_ROWS:
            order = random.permutation(len(rows))
        picked, order = order[:BATCH_ROWS], order[BATCH_ROWS:]
        ids, mask, counts, targets = rows.batch(picked)
        loss = F.cross_entropy(model.logits(model.hidden(ids, mask)[counts]), targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps, peak)
        optimizer.step()
        average = loss.item() if average is None else 0.95 * average + 0.05 * loss.item()
        if step % 50 == 49 or step == steps - 1:
            print(f"{label} step {step + 1}/{steps} loss {average:.4f} {time.time() - started:.0f} s", flush=True)


def save(model: TinyLlama, tokenizer: Tokenizer, name: str) -> None:
    round_to_half(model)
    pad = tokenizer.token_to_id(PAD)
    save_model(model, CACHE / name, bos=pad, eos=tokenizer.token_to_id(END), pad=pad)


def prepare_rows(tokenizer: Tokenizer, seed: int, number: int) -> Rows:
    return Rows(tokenizer, encode_dialogues(tokenizer, make_dialogues(seed, number)), seed)


def train_hard(model: TinyLlama, tokenizer: Tokenizer, steps: int, seed: int) -> None:
    """The second phase: fewer easy answers, more counting, tool results and memory."""
    round_to_half(model)
    dialogues = make_dialogues(seed + 3, 7000, hard=True) + make_dialogues(seed + 4, 3000)
    fit(model, Rows(tokenizer, encode_dialogues(tokenizer, dialogues), seed), steps, seed + 2, "hard", HARD_RATE)
    save(model, tokenizer, "chat")


def train(steps: int, hard_steps: int, draft_steps: int, dialogues: int, seed: int) -> None:
    torch.set_num_threads(2)
    torch.manual_seed(seed)
    started = time.time()
    tokenizer = build_tokenizer(seed)
    rows = prepare_rows(tokenizer, seed, dialogues)
    print(f"{tokenizer.get_vocab_size()} tokens, {len(rows)} rows, filled {(rows.conversation > 0).mean():.2f}, "
          f"answers {rows.answer.mean():.2f}, {time.time() - started:.0f} s", flush=True)
    model = TinyLlama(Shape())
    print(sum(weight.numel() for weight in model.parameters()), "parameters", flush=True)
    fit(model, rows, steps, seed, "chat")
    train_hard(model, tokenizer, hard_steps, seed)
    draft = TinyLlama(Shape(num_hidden_layers=1))
    fit(draft, rows, draft_steps, seed + 1, "draft")
    save(draft, tokenizer, "draft")
