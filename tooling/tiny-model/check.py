"""Checks the exported ONNX decoders against reference.json: greedy tokens and logits, with a growing cache."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import onnxruntime

from paths import HF, MODELS

CONFIG = json.loads((HF / "config.json").read_text())
REFERENCE = json.loads((MODELS / "reference.json").read_text(encoding="utf-8"))


def empty_cache() -> dict[str, np.ndarray]:
    shape = (1, CONFIG["num_key_value_heads"], 0, CONFIG["head_dim"])
    return {f"past_key_values.{layer}.{part}": np.zeros(shape, np.float32) for layer in range(CONFIG["num_hidden_layers"]) for part in ("key", "value")}


def run(session: onnxruntime.InferenceSession, prompt: list[int], limit: int) -> tuple[list[int], np.ndarray]:
    names = [output.name for output in session.get_outputs()]
    cache, tokens, new, used = empty_cache(), [], prompt, 0
    first_logits = np.empty(0)
    while len(tokens) < limit and (not tokens or tokens[-1] != REFERENCE["endToken"]):
        used += len(new)
        feeds = {"input_ids": np.array([new], np.int64), "attention_mask": np.ones((1, used), np.int64), **cache}
        results = dict(zip(names, session.run(None, feeds), strict=True))
        logits = results["logits"][0, -1]
        if not tokens:
            first_logits = logits
        cache = {name.replace("present", "past_key_values"): value for name, value in results.items() if name != "logits"}
        tokens.append(int(logits.argmax()))
        new = tokens[-1:]
    return tokens, first_logits


def check(path: Path) -> bool:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    wrong, furthest = [], 0.0
    for prompt in REFERENCE["prompts"]:
        tokens, logits = run(session, prompt["promptTokens"], prompt["maxTokens"])
        if tokens != prompt["outputTokens"]:
            wrong.append(prompt["id"])
        if "lastPromptLogitsBase64" in prompt:
            expected = np.frombuffer(base64.b64decode(prompt["lastPromptLogitsBase64"]), "<f4")
            furthest = max(furthest, float(np.abs(expected - logits).max()))
    print(f"{path.relative_to(MODELS)}: {len(REFERENCE['prompts']) - len(wrong)} of {len(REFERENCE['prompts'])} equal, logits at most {furthest:.2e} apart", wrong or "")
    return not wrong and furthest < 1e-3


if __name__ == "__main__":
    if not all([check(MODELS / "onnx" / "model.onnx"), check(MODELS / "onnx-gqa" / "model.onnx")]):
        raise SystemExit(1)
