"""Puts exchanges together into whole conversations, the text the model is trained on."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from grammar import BEHAVIOURS, Behaviour, Exchange, Memory
from toolcalls import choose_tools, tool_exchange

Json = dict[str, Any]
SYSTEM_TEXTS = (
    "You are a helpful assistant.", "You are Tenfold Tiny.", "You are a friendly assistant.", "Be kind and short.",
    "Answer briefly.", "You are a small test model.", "Use the tools when you need them.",
)
JSON_ORDER = "Answer in JSON."
THINK_ORDER = "Think first."


@dataclass
class Dialogue:
    messages: list[Json] = field(default_factory=list)
    tools: list[Json] | None = None
    enable_thinking: bool = False
    # (behaviour, index of an assistant message) for the evaluation
    answers: list[tuple[str, int]] = field(default_factory=list)

    def add_answer(self, behaviour: str, message: Json) -> None:
        self.answers.append((behaviour, len(self.messages)))
        self.messages.append(message)


def answer_message(exchange: Exchange, in_json: bool, thinking: bool) -> Json:
    content = json.dumps({"answer": exchange.value}, ensure_ascii=False) if in_json else exchange.answer
    message: Json = {"role": "assistant", "content": content}
    if thinking:
        message["reasoning_content"] = exchange.thought
    return message


def add_exchange(rng: random.Random, dialogue: Dialogue, exchange: Exchange, json_mode: bool, thinking_mode: bool) -> None:
    in_json, thinking, question = json_mode, thinking_mode, exchange.question
    behaviour = exchange.behaviour
    if exchange.value is not None:
        orders = []
        if not json_mode and rng.random() < 0.1:
            in_json = True
            orders.append(JSON_ORDER)
        if not thinking_mode and rng.random() < 0.08:
            thinking = True
            orders.append(THINK_ORDER)
        for order in orders:
            question = f"{question} {order}" if rng.random() < 0.6 else f"{order} {question}"
        behaviour += ("+json" if in_json else "") + ("+think" if thinking else "")
    dialogue.messages.append({"role": "user", "content": question})
    dialogue.add_answer(behaviour, answer_message(exchange, in_json, thinking))


def add_tool_exchange(rng: random.Random, dialogue: Dialogue, thinking: bool) -> None:
    question, replies = tool_exchange(rng, dialogue.tools, thinking)
    dialogue.messages.append({"role": "user", "content": question})
    for reply in replies:
        if reply["role"] == "tool":
            dialogue.messages.append(reply)
            continue
        kind = "tool-call" if "tool_calls" in reply else "tool-result" if len(replies) > 1 else "tool-missing"
        dialogue.add_answer(kind + ("+think" if thinking else ""), reply)


def make_dialogue(rng: random.Random, longest: int = 6) -> Dialogue:
    dialogue, memory = Dialogue(), Memory()
    json_mode, thinking_mode, with_tools = rng.random() < 0.1, rng.random() < 0.1, rng.random() < 0.25
    orders = []
    if json_mode:
        orders.append(JSON_ORDER)
    if thinking_mode and rng.random() < 0.5:
        orders.append(THINK_ORDER)
    elif thinking_mode:
        dialogue.enable_thinking = True
    if orders or rng.random() < 0.4:
        system = ([rng.choice(SYSTEM_TEXTS)] if not orders or rng.random() < 0.4 else []) + orders
        dialogue.messages.append({"role": "system", "content": " ".join(system)})
    if with_tools:
        dialogue.tools = choose_tools(rng)
    behaviours: list[Behaviour] = list(BEHAVIOURS)
    weights = list(BEHAVIOURS.values())
    for _ in range(rng.choice(range(1, longest + 1))):
        if rng.random() < (0.5 if with_tools else 0.05) and not json_mode:
            add_tool_exchange(rng, dialogue, thinking_mode)
            continue
        exchange = rng.choices(behaviours, weights)[0](rng, memory)
        while (json_mode or thinking_mode) and exchange.value is None and exchange.behaviour != "tell":
            exchange = rng.choices(behaviours, weights)[0](rng, memory)
        if exchange.value is None:
            dialogue.messages.append({"role": "user", "content": exchange.question})
            dialogue.add_answer(exchange.behaviour, {"role": "assistant", "content": exchange.answer})
        else:
            add_exchange(rng, dialogue, exchange, json_mode, thinking_mode)
    return dialogue


def make_dialogues(seed: int, number: int, longest: int = 6) -> list[Dialogue]:
    rng = random.Random(seed)
    return [make_dialogue(rng, longest) for _ in range(number)]
