"""Writes the chat model as .tflite with the signatures prefill and decode, F16 and int8, and tries them in LiteRT."""

from __future__ import annotations

import tempfile
from pathlib import Path

import litert_torch
import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer, recipe
from torch import Tensor, nn

from compare import Step, compare
from litert_recipe import HALF_WEIGHTS
from paths import MODELS
from record import record
from static_cache import StaticDecoder

PREFILL_TOKENS = 64
FOLDER = "tflite"
PACKAGES = ["litert-torch", "ai-edge-litert", "ai-edge-quantizer", "torch"]


class Prefill(nn.Module):
    """Fills the cache only: as in LiteRT-LM's models, the last token of a prompt goes to decode."""

    def __init__(self, decoder: StaticDecoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, tokens: Tensor, input_pos: Tensor, **cache: Tensor) -> dict[str, Tensor]:
        return self.decoder.run(tokens, input_pos, cache)[1]


class Decode(nn.Module):
    def __init__(self, decoder: StaticDecoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, tokens: Tensor, input_pos: Tensor, **cache: Tensor) -> dict[str, Tensor]:
        hidden, after = self.decoder.run(tokens, input_pos, cache)
        return {"logits": self.decoder.network.logits(hidden), **after}


def sample(decoder: StaticDecoder, count: int) -> dict[str, Tensor]:
    positions = torch.arange(count, dtype=torch.int32)
    return {"tokens": torch.zeros((1, count), dtype=torch.int32), "input_pos": positions, **decoder.empty_cache()}


def step_of(path: Path) -> Step:
    interpreter = Interpreter(model_path=str(path), num_threads=1)
    prefill, decode = interpreter.get_signature_runner("prefill"), interpreter.get_signature_runner("decode")
    empty = {name: tensor.numpy() for name, tensor in StaticDecoder().empty_cache().items()}
    cache, used = empty, 0

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal cache, used
        if begins:
            cache, used = empty, 0
        earlier = tokens[:-1]
        for start in range(0, len(earlier), PREFILL_TOKENS):
            chunk = earlier[start : start + PREFILL_TOKENS]
            padded = chunk + [0] * (PREFILL_TOKENS - len(chunk))
            positions = np.arange(used, used + PREFILL_TOKENS, dtype=np.int32)
            # Rows of the padding are overwritten before any position may look at them.
            cache = prefill(tokens=np.array([padded], np.int32), input_pos=positions, **cache)
            used += len(chunk)
        cache = decode(tokens=np.array([tokens[-1:]], np.int32), input_pos=np.array([used], np.int32), **cache)
        used += 1
        return cache.pop("logits")[0, -1]

    return step


def write_full(target: Path) -> None:
    decoder = StaticDecoder().eval()
    model = litert_torch.signature("prefill", Prefill(decoder).eval(), sample_kwargs=sample(decoder, PREFILL_TOKENS))
    model.signature("decode", Decode(decoder).eval(), sample_kwargs=sample(decoder, 1)).convert().export(str(target))


def export_tflite() -> None:
    folder = MODELS / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    half, small = folder / "tenfold-tiny-f16.tflite", folder / "tenfold-tiny-int8.tflite"
    with tempfile.TemporaryDirectory() as temporary:
        full = Path(temporary) / "full.tflite"
        write_full(full)
        for target, chosen in ((half, HALF_WEIGHTS), (small, recipe.dynamic_wi8_afp32())):
            target.unlink(missing_ok=True)
            quantizer.Quantizer(str(full), chosen).quantize().export_model(str(target))
            target.chmod(full.stat().st_mode)
    found = f"F16: {compare('tflite f16', step_of(half))}; int8: {compare('tflite int8', step_of(small), exact=False)}"
    cache = f"signatures prefill ({PREFILL_TOKENS} tokens) and decode, F32 cache as inputs and outputs"
    record("export_tflite.py", PACKAGES, FOLDER, {
        half.name: f"chat model, F16 weights computed in F32, {cache}", small.name: f"chat model, int8 weights quantized per channel, {cache}",
    }, f"ai-edge-litert's interpreter on the CPU: {found}")


if __name__ == "__main__":
    export_tflite()
