"""Puts exchanges together into whole conversations, the text the model is trained on."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from grammar import BEHAVIOURS, HARD_BEHAVIOURS, Behaviour, Exchange, Memory, ask_fact
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


def add_exchange(rng: random.Random, dialogue: Dialogue, exchange: Exchange, json_mode: bool, thinking_mode: bool) -> None:
    in_json, thinking = json_mode and exchange.value is not None, thinking_mode
    orders = []
    if exchange.value is not None and not json_mode and rng.random() < 0.1:
        in_json = True
        orders.append(JSON_ORDER)
    if exchange.thought and not thinking_mode and rng.random() < 0.08:
        thinking = True
        orders.append(THINK_ORDER)
    question = exchange.question
    for order in orders:
        question = f"{question} {order}" if rng.random() < 0.6 else f"{order} {question}"
    content = json.dumps({"answer": exchange.value}, ensure_ascii=False) if in_json else exchange.answer
    message: Json = {"role": "assistant", "content": content}
    if thinking:
        message["reasoning_content"] = exchange.thought
    dialogue.messages.append({"role": "user", "content": question})
    dialogue.add_answer(exchange.behaviour + ("+json" if in_json else "") + ("+think" if thinking else ""), message)


def fits(exchange: Exchange, json_mode: bool, thinking_mode: bool) -> bool:
    if thinking_mode and not exchange.thought:
        return False
    return not json_mode or exchange.value is not None or exchange.behaviour == "tell"


def add_tool_exchange(rng: random.Random, dialogue: Dialogue, thinking: bool) -> None:
    question, replies = tool_exchange(rng, dialogue.tools, thinking)
    dialogue.messages.append({"role": "user", "content": question})
    for reply in replies:
        if reply["role"] == "tool":
            dialogue.messages.append(reply)
            continue
        kind = "tool-call" if "tool_calls" in reply else "tool-result" if len(replies) > 1 else "tool-missing"
        dialogue.add_answer(kind + ("+think" if thinking else ""), reply)


def make_dialogue(rng: random.Random, weights: dict[Behaviour, float], tools: float, longest: int) -> Dialogue:
    dialogue, memory = Dialogue(), Memory()
    json_mode, thinking_mode, with_tools = rng.random() < 0.1, rng.random() < 0.1, rng.random() < tools
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
    behaviours, shares = list(weights), list(weights.values())
    for _ in range(rng.choice(range(1, longest + 1))):
        if rng.random() < (0.5 if with_tools else 0.05) and not json_mode:
            add_tool_exchange(rng, dialogue, thinking_mode)
            continue
        behaviour = ask_fact if memory.facts and rng.random() < 0.25 else rng.choices(behaviours, shares)[0]
        exchange = behaviour(rng, memory)
        while not fits(exchange, json_mode, thinking_mode):
            exchange = rng.choices(behaviours, shares)[0](rng, memory)
        add_exchange(rng, dialogue, exchange, json_mode, thinking_mode)
    return dialogue


def make_dialogues(seed: int, number: int, hard: bool = False) -> list[Dialogue]:
    """`hard` asks more often for what takes longest to learn."""
    rng = random.Random(seed)
    weights, tools = (BEHAVIOURS | HARD_BEHAVIOURS, 0.6) if hard else (BEHAVIOURS, 0.25)
    return [make_dialogue(rng, weights, tools, longest=4 if hard else 6) for _ in range(number)]
