"""Writes reference.json: what a correct engine answers, and how often the model is right on held-out talks."""

from __future__ import annotations

import base64
import json
from collections import defaultdict

import numpy as np
import torch
from tokenizers import Tokenizer

from dialogues import Dialogue, make_dialogues
from generate import greedy
from grammar import SUM_FORMS, sum_of
from model import TinyLlama, load_model
from paths import HF, MODELS
from prompts import PROMPTS, Prompt
from rows import ROW, answer_mask
from tokenizer import ANSWER_START, END, load_tokenizer, render, render_dialogue

HELD_OUT_SEED = 771
SMALLEST_MARGIN = 0.05


def reference_of(prompt: Prompt, model: TinyLlama, tokenizer: Tokenizer) -> dict[str, object]:
    options: dict[str, object] = {}
    if prompt.tools:
        options["tools"] = prompt.tools
    if prompt.enable_thinking:
        options["enable_thinking"] = True
    text = render(prompt.messages, add_generation_prompt=True, **options)
    ids, end = tokenizer.encode(text).ids, tokenizer.token_to_id(END)
    answer = greedy(model, ids, prompt.limit, end)
    finished = answer.tokens[-1] == end
    said = answer.tokens[:-1] if finished else answer.tokens
    record: dict[str, object] = {
        "id": prompt.id, "behaviour": prompt.behaviour, "messages": prompt.messages, "templateOptions": options,
        "promptText": text, "promptTokens": ids, "maxTokens": prompt.limit, "outputTokens": answer.tokens,
        "finished": finished, "outputText": tokenizer.decode(said, skip_special_tokens=True), "minimumMargin": round(answer.margin, 4),
    }
    if prompt.logits:
        record["lastPromptLogitsBase64"] = base64.b64encode(answer.first_logits.numpy().astype("<f4").tobytes()).decode()
    return record


@torch.no_grad()
def right_answers(model: TinyLlama, tokenizer: Tokenizer, dialogue: Dialogue) -> list[bool]:
    """An answer is right when each of its tokens is the model's first choice, so greedy text would be exactly it."""
    ids = tokenizer.encode(render_dialogue(dialogue)).ids
    mask = np.array(answer_mask(ids, tokenizer.encode(ANSWER_START).ids, tokenizer.token_to_id(END)))
    tokens = torch.tensor([ids])
    chosen = model.logits(model.hidden(tokens)[0]).argmax(-1).numpy()
    good = np.ones(len(ids), bool)
    good[1:] = chosen[:-1] == np.array(ids)[1:]
    starts = np.flatnonzero(mask & ~np.concatenate(([False], mask[:-1])))
    ends = np.flatnonzero(mask & ~np.concatenate((mask[1:], [False])))
    return [bool(good[start : end + 1].all()) for start, end in zip(starts, ends, strict=True)]


def held_out_accuracy(model: TinyLlama, tokenizer: Tokenizer, dialogues: int = 700) -> dict[str, dict[str, float]]:
    results: dict[str, list[bool]] = defaultdict(list)
    for dialogue in make_dialogues(HELD_OUT_SEED, dialogues):
        if len(tokenizer.encode(render_dialogue(dialogue)).ids) > ROW:
            continue
        for (behaviour, _), right in zip(dialogue.answers, right_answers(model, tokenizer, dialogue), strict=True):
            if behaviour.split("+")[0] != "pick":
                results[behaviour].append(right)
    for first in range(21):
        for second in range(21):
            exchange = sum_of(first, second, SUM_FORMS[0])
            dialogue = Dialogue([{"role": "user", "content": exchange.question}, {"role": "assistant", "content": exchange.answer}])
            results["all 441 sums"].extend(right_answers(model, tokenizer, dialogue))
    return {name: {"accuracy": round(float(np.mean(right)), 4), "answers": len(right)} for name, right in sorted(results.items())}


def write_reference() -> None:
    torch.set_num_threads(2)
    model, tokenizer = load_model(HF), load_tokenizer(HF)
    records = [reference_of(prompt, model, tokenizer) for prompt in PROMPTS]
    weak = [record["id"] for record in records if float(record["minimumMargin"]) < SMALLEST_MARGIN]
    for record in records:
        print(record["id"], record["minimumMargin"], json.dumps(record["outputText"], ensure_ascii=False)[:200])
    kept = [record for record in records if record["id"] not in weak]
    document = {
        "formatVersion": 1, "model": "tenfold-tiny", "decoding": "greedy, float32 weights and cache", "smallestMargin": SMALLEST_MARGIN,
        "endToken": tokenizer.token_to_id(END), "logits": "base64 of little-endian float32, one for each token of the vocabulary",
        "prompts": kept, "heldOut": {"seed": HELD_OUT_SEED, "behaviours": held_out_accuracy(model, tokenizer)},
    }
    lines = json.dumps(document, ensure_ascii=False, indent=1)
    (MODELS / "reference.json").write_text(lines + "\n", encoding="utf-8")
    print(json.dumps(document["heldOut"], indent=1))
    if weak:
        print("left out, margin too small:", weak)


if __name__ == "__main__":
    write_reference()
