"""Compares a runtime's greedy tokens with reference.json. Imports nothing heavy: every exporter's environment has numpy."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import numpy as np

from paths import MODELS

REFERENCE = json.loads((MODELS / "reference.json").read_text(encoding="utf-8"))
# Takes new tokens and whether they begin a conversation; gives the logits after the last of them.
Step = Callable[[list[int], bool], np.ndarray]


def answer(step: Step, prompt: list[int], limit: int) -> tuple[list[int], np.ndarray]:
    first = logits = step(prompt, True)
    tokens = [int(logits.argmax())]
    while len(tokens) < limit and tokens[-1] != REFERENCE["endToken"]:
        logits = step(tokens[-1:], False)
        tokens.append(int(logits.argmax()))
    return tokens, first


def compare(name: str, step: Step, exact: bool = True, longest: int = 512) -> str:
    """What was found, in words for the manifest. Prompts whose tokens and answer exceed `longest` are left out."""
    equal, wrong, furthest = 0, [], 0.0
    prompts = [prompt for prompt in REFERENCE["prompts"] if len(prompt["promptTokens"]) + prompt["maxTokens"] <= longest]
    for prompt in prompts:
        tokens, logits = answer(step, prompt["promptTokens"], prompt["maxTokens"])
        if tokens == prompt["outputTokens"]:
            equal += 1
        else:
            wrong.append(prompt["id"])
        if "lastPromptLogitsBase64" in prompt:
            expected = np.frombuffer(base64.b64decode(prompt["lastPromptLogitsBase64"]), "<f4")
            furthest = max(furthest, float(np.abs(expected - logits).max()))
    found = f"greedy tokens equal for {equal} of {len(prompts)} reference prompts, logits at most {furthest:.1e} apart"
    print(f"{name}: {found}", wrong or "", flush=True)
    if exact and (wrong or len(prompts) < 8 or furthest > 1e-3):
        raise SystemExit(f"{name} does not answer as reference.json says")
    if not exact and "greeting" in wrong:
        raise SystemExit(f"{name} cannot even greet")
    return found
