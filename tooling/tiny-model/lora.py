"""Trains a LoRA adapter that makes the model talk like a pirate, and writes it as GGUF and as a PEFT folder."""

from __future__ import annotations

import json
from copy import deepcopy

import gguf
import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from dialogues import Dialogue, make_dialogues
from export_gguf import gguf_name
from model import TinyLlama, load_model
from paths import CACHE, HF, MODELS
from rows import Rows, encode_dialogues
from tokenizer import load_tokenizer
from train import fit

RANK, ALPHA = 4, 8.0
# Not q and k: GGUF stores those in another order of rows.
TARGETS = ["v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
PREFIX = "Arr, matey! "
SAVED = CACHE / "lora.safetensors"


class LoraLinear(nn.Module):
    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.lora_A = nn.Parameter(torch.randn(RANK, base.in_features) * base.in_features**-0.5)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, values: Tensor) -> Tensor:
        return self.base(values) + F.linear(F.linear(values, self.lora_A), self.lora_B) * (ALPHA / RANK)


def add_adapters(model: TinyLlama) -> dict[str, LoraLinear]:
    adapters: dict[str, LoraLinear] = {}
    for weight in model.parameters():
        weight.requires_grad_(False)
    for name, module in list(model.named_modules()):
        parent, _, own = name.rpartition(".")
        if own in TARGETS:
            adapters[name] = LoraLinear(module)
            setattr(model.get_submodule(parent), own, adapters[name])
    return adapters


def as_pirate(dialogue: Dialogue) -> Dialogue:
    changed = deepcopy(dialogue)
    for message in changed.messages:
        plain = message["role"] == "assistant" and message["content"] and not message["content"].startswith("{")
        if plain:
            message["content"] = PREFIX + message["content"]
    return changed


def train_adapter(steps: int, seed: int) -> None:
    torch.set_num_threads(2)
    torch.manual_seed(seed)
    model, tokenizer = load_model(HF), load_tokenizer(HF)
    adapters = add_adapters(model)
    texts = encode_dialogues(tokenizer, [as_pirate(one) for one in make_dialogues(seed + 2, 6000)])
    fit(model, Rows(tokenizer, texts, seed), steps, seed, "lora")
    matrices = {}
    for name, adapter in adapters.items():
        matrices[f"{name}.lora_A.weight"] = adapter.lora_A.detach().half().numpy()
        matrices[f"{name}.lora_B.weight"] = adapter.lora_B.detach().half().numpy()
    save_file(matrices, SAVED)


def export_adapter() -> None:
    matrices = load_file(SAVED)
    folder = MODELS / "lora"
    peft = folder / "peft"
    peft.mkdir(parents=True, exist_ok=True)
    save_file({f"base_model.model.{name}": value for name, value in matrices.items()}, peft / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "tenfold-tiny", "r": RANK, "lora_alpha": ALPHA,
        "lora_dropout": 0.0, "bias": "none", "fan_in_fan_out": False, "inference_mode": True, "target_modules": TARGETS,
    }
    (peft / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    writer = gguf.GGUFWriter(folder / "tenfold-tiny-pirate-lora-f16.gguf", "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", ALPHA)
    writer.add_name("Tenfold Tiny Pirate")
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    for name, value in matrices.items():
        module, _, part = name.removesuffix(".weight").rpartition(".")
        writer.add_tensor(f"{gguf_name(module + '.weight')}.{part.lower()}", np.ascontiguousarray(value))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    train_adapter(steps=120, seed=20)
    export_adapter()
