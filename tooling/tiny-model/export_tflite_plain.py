"""Writes the chat model as one .tflite without a cache, with a signature for each way that exporters shape such a model, and tries them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import litert_torch
import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer
from torch import Tensor, nn

from compare import Step, compare
from litert_recipe import HALF_WEIGHTS
from paths import MODELS
from record import record
from static_cache import HIDDEN

FOLDER, NAME = "tflite-plain", "tenfold-tiny-plain-f16.tflite"
PACKAGES = ["litert-torch", "ai-edge-litert", "ai-edge-quantizer", "torch"]
LENGTH = 160


class Plain(nn.Module):
    """All tokens from the first on."""

    def __init__(self, length: int) -> None:
        super().__init__()
        from model import load_model
        from paths import HF

        self.network = load_model(HF).requires_grad_(False)
        self.length = length

    def hidden(self, tokens: Tensor, mask: Tensor) -> Tensor:
        network = self.network
        values = network.model.embed_tokens(tokens)
        cosine, sine = network.cosine[: self.length], network.sine[: self.length]
        for layer in network.model.layers:
            values = values + layer.self_attn(layer.input_layernorm(values), cosine, sine, mask)
            values = values + layer.mlp(layer.post_attention_layernorm(values))
        return network.model.norm(values)

    def causal(self) -> Tensor:
        return torch.triu(torch.full((self.length, self.length), HIDDEN), diagonal=1)

    def forward(self, tokens: Tensor) -> dict[str, Tensor]:
        return {"logits": self.network.logits(self.hidden(tokens, self.causal()))}


class Masked(Plain):
    """As Hugging Face's models are exported: padding is said by a mask."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> dict[str, Tensor]:
        padding = (1 - attention_mask.float())[:, None, :] * HIDDEN
        return {"logits": self.network.logits(self.hidden(input_ids, self.causal() + padding))}


class Causal(Plain):
    """The whole mask is an input."""

    def forward(self, tokens: Tensor, mask: Tensor) -> dict[str, Tensor]:
        return {"logits": self.network.logits(self.hidden(tokens, mask))}


class Last(Plain):
    """Logits of the last token alone, with which a shorter text cannot be padded."""

    def forward(self, tokens: Tensor) -> dict[str, Tensor]:
        return {"logits": self.network.logits(self.hidden(tokens, self.causal())[:, -1])}


def write_full(target: Path) -> None:
    tokens, short = torch.zeros((1, LENGTH), dtype=torch.int32), torch.zeros((1, 32), dtype=torch.int32)
    model = litert_torch.signature("forward", Plain(LENGTH).eval(), sample_kwargs={"tokens": tokens})
    model.signature("forward_short", Plain(32).eval(), sample_kwargs={"tokens": short})
    model.signature("forward_padding", Masked(LENGTH).eval(), sample_kwargs={"input_ids": tokens, "attention_mask": torch.ones_like(tokens)})
    model.signature("forward_mask", Causal(LENGTH).eval(), sample_kwargs={"tokens": tokens, "mask": torch.zeros((1, 1, LENGTH, LENGTH))})
    model.signature("forward_last", Last(LENGTH).eval(), sample_kwargs={"tokens": tokens})
    model.convert().export(str(target))


def step_of(path: Path, signature: str) -> Step:
    runner = Interpreter(model_path=str(path), num_threads=1).get_signature_runner(signature)
    written: list[int] = []

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal written
        written = list(tokens) if begins else written + list(tokens)
        count = len(written)
        padded = np.array([written + [0] * (LENGTH - count)], np.int32)
        if signature == "forward_padding":
            return runner(input_ids=padded, attention_mask=np.array([[1] * count + [0] * (LENGTH - count)], np.int32))["logits"][0, count - 1]
        if signature == "forward_mask":
            mask = np.triu(np.full((LENGTH, LENGTH), HIDDEN, np.float32), 1)
            return runner(tokens=padded, mask=mask[None, None])["logits"][0, count - 1]
        return runner(tokens=padded)["logits"][0, count - 1]

    return step


def export_tflite_plain() -> None:
    target = MODELS / FOLDER / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        full = Path(temporary) / "full.tflite"
        write_full(full)
        target.unlink(missing_ok=True)
        quantizer.Quantizer(str(full), HALF_WEIGHTS).quantize().export_model(str(target))
        target.chmod(full.stat().st_mode)
    names = ("forward", "forward_padding", "forward_mask")
    found = "; ".join(f"{name}: {compare(name, step_of(target, name), longest=LENGTH)}" for name in names)
    what = f"chat model without a cache, F16 weights computed in F32, signatures of {LENGTH} tokens: alone, with a mask of padding, with a whole mask, with logits of the last token; and one of 32 tokens"
    record("export_tflite_plain.py", PACKAGES, FOLDER, {NAME: what}, f"ai-edge-litert's interpreter on the CPU: {found}")


if __name__ == "__main__":
    export_tflite_plain()
