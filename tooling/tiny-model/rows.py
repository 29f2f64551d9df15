"""Packs conversations into rows of 512 tokens and marks the tokens that the model itself has to say."""

from __future__ import annotations

import random

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from dialogues import Dialogue
from tokenizer import ANSWER_START, END, render_dialogue

ROW = 512


def answer_mask(ids: list[int], start: list[int], end: int) -> list[bool]:
    mask, inside, width = [False] * len(ids), False, len(start)
    for index, token in enumerate(ids):
        mask[index] = inside
        if token == end:
            inside = False
        elif ids[index - width + 1 : index + 1] == start:
            inside = True
    return mask


def encode_dialogues(tokenizer: Tokenizer, dialogues: list[Dialogue]) -> list[list[int]]:
    encoded = tokenizer.encode_batch([render_dialogue(dialogue) for dialogue in dialogues])
    return [one.ids for one in encoded if len(one.ids) <= ROW]


class Rows:
    """Token ids, the conversation each belongs to (0: padding), and whether it is part of an answer."""

    def __init__(self, tokenizer: Tokenizer, texts: list[list[int]], seed: int) -> None:
        start, end = tokenizer.encode(ANSWER_START).ids, tokenizer.token_to_id(END)
        packed: list[list[list[int]]] = []
        waiting = random.Random(seed).sample(texts, len(texts))
        open_rows: list[tuple[int, list[list[int]]]] = []
        for ids in waiting:
            fitting = [index for index, (used, _) in enumerate(open_rows) if used + len(ids) <= ROW]
            if not fitting:
                open_rows.append((len(ids), [ids]))
            else:
                best = max(fitting, key=lambda index: open_rows[index][0])
                open_rows[best] = (open_rows[best][0] + len(ids), [*open_rows[best][1], ids])
            if len(open_rows) > 24:
                fullest = max(range(len(open_rows)), key=lambda index: open_rows[index][0])
                packed.append(open_rows.pop(fullest)[1])
        packed.extend(row for _, row in open_rows)
        self.ids = np.zeros((len(packed), ROW), np.int16)
        self.conversation = np.zeros((len(packed), ROW), np.int16)
        self.answer = np.zeros((len(packed), ROW), bool)
        for number, row in enumerate(packed):
            offset = 0
            for index, ids in enumerate(row):
                place = slice(offset, offset + len(ids))
                self.ids[number, place] = ids
                self.conversation[number, place] = index + 1
                self.answer[number, place] = answer_mask(ids, start, end)
                offset += len(ids)

    def __len__(self) -> int:
        return len(self.ids)

    def batch(self, picked: np.ndarray) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Ids, attention mask, whether the next token counts, and the next tokens that count."""
        ids = torch.from_numpy(self.ids[picked].astype(np.int64))
        conversation = torch.from_numpy(self.conversation[picked])
        same = conversation[:, :, None] == conversation[:, None, :]
        mask = (same & torch.ones(ROW, ROW, dtype=torch.bool).tril())[:, None]
        counts = torch.zeros_like(ids, dtype=torch.bool)
        counts[:, :-1] = torch.from_numpy(self.answer[picked])[:, 1:]
        return ids, mask, counts, ids.roll(-1, 1)[counts]
