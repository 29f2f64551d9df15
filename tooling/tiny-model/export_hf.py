"""Writes the Hugging Face folder: the frozen weights, from which every other format is made."""

from __future__ import annotations

import json
import shutil

from tokenizers import Tokenizer

from paths import CACHE, HF, MODELS, TEMPLATE
from tokenizer import CONTROL_TOKENS, END, PAD, TAG_TOKENS, load_tokenizer


def write_json(path, document: object) -> None:
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def tokenizer_config(tokenizer: Tokenizer) -> dict[str, object]:
    added = {
        str(tokenizer.token_to_id(token)): {
            "content": token, "lstrip": False, "normalized": False, "rstrip": False,
            "single_word": False, "special": token in CONTROL_TOKENS,
        }
        for token in CONTROL_TOKENS + TAG_TOKENS
    }
    return {
        "tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": False, "add_prefix_space": False,
        "added_tokens_decoder": added, "bos_token": PAD, "eos_token": END, "pad_token": PAD, "unk_token": None,
        "clean_up_tokenization_spaces": False, "model_max_length": 512,
        "chat_template": TEMPLATE.read_text(encoding="utf-8"),
    }


def export_hf() -> None:
    tokenizer = load_tokenizer()
    pad, end = tokenizer.token_to_id(PAD), tokenizer.token_to_id(END)
    HF.mkdir(parents=True, exist_ok=True)
    for name in ("model.safetensors", "config.json"):
        shutil.copyfile(CACHE / "chat" / name, HF / name)
    shutil.copyfile(CACHE / "tokenizer.json", HF / "tokenizer.json")
    shutil.copyfile(TEMPLATE, HF / "chat_template.jinja")
    write_json(HF / "tokenizer_config.json", tokenizer_config(tokenizer))
    write_json(HF / "generation_config.json", {"bos_token_id": pad, "eos_token_id": [end, pad], "pad_token_id": pad, "do_sample": False})
    draft = MODELS / "draft"
    draft.mkdir(parents=True, exist_ok=True)
    for name in ("model.safetensors", "config.json"):
        shutil.copyfile(CACHE / "draft" / name, draft / name)


if __name__ == "__main__":
    export_hf()
