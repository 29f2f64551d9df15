"""Byte-level BPE of 1,024 tokens, equal to llama.cpp's `smollm` pre-tokenizer, and the chat template."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from dialogues import Dialogue
from paths import CACHE, TEMPLATE

VOCABULARY_SIZE = 1024
PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTROL_TOKENS = [PAD, START, END]
TAG_TOKENS = ["<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
ANSWER_START = START + "assistant\n"


def chat_template() -> jinja2.Template:
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    # As HF transformers does: jinja2's own filter sorts keys and escapes for HTML.
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))


_template = chat_template()


def render(messages: list[dict[str, Any]], **options: Any) -> str:
    return _template.render(messages=messages, **options)


def render_dialogue(dialogue: Dialogue) -> str:
    return render(dialogue.messages, tools=dialogue.tools, enable_thinking=dialogue.enable_thinking)


def train_tokenizer(texts: Iterable[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE, special_tokens=CONTROL_TOKENS + TAG_TOKENS, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    # ASCII only: other characters must stay several byte tokens each.
    tokenizer.train_from_iterator((text for text in texts if text.isascii()), trainer)
    document = json.loads(tokenizer.to_str())
    for token in document["added_tokens"]:
        # Tags are text of the answer: they survive `skip_special_tokens`.
        token["special"] = token["content"] in CONTROL_TOKENS
    return Tokenizer.from_str(json.dumps(document, ensure_ascii=False))


def load_tokenizer(folder: Path = CACHE) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))
