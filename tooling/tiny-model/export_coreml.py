"""Writes the chat model as .mlpackage, stateful and with the cache as inputs and outputs. Core ML itself runs on Apple systems only."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import coremltools
import numpy as np
import torch
from coremltools.optimize.coreml import OpLinearQuantizerConfig, OptimizationConfig, linear_quantize_weights
from torch import Tensor, nn

from compare import Step, compare
from model import RmsNorm
from paths import MODELS
from record import record
from static_cache import StaticDecoder

LAYERS, CONTEXT = 5, 512
SAMPLE_TOKENS, SAMPLE_PAST = 3, 4
LONGEST_CHECKED = 80
# As large as the rotary tables, which must stay: a row of zeros has no scale.
LARGEST_LEFT = 8192
FILES = {"Manifest.json": "package manifest", "Data/com.apple.CoreML/model.mlmodel": "program", "Data/com.apple.CoreML/weights/weight.bin": "weights"}


def place_rows(cache: Tensor, positions: Tensor, rows: Tensor) -> Tensor:
    """Core ML has no index_copy: each cache row is its old value or the new row whose position it is."""
    chosen = (torch.arange(CONTEXT)[:, None] == positions).to(rows.dtype)
    return cache * (1 - chosen.sum(1, keepdim=True)) + chosen @ rows


def rms_norm(norm: RmsNorm, values: Tensor) -> Tensor:
    return values * torch.rsqrt((values * values).mean(-1, keepdim=True) + norm.epsilon) * norm.weight


class Stateless(nn.Module):
    """inputIds [1, n] at positions [n] with keyCache and valueCache [layers, key heads, context, head size]."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = StaticDecoder(place_rows)
        for module in self.modules():
            if isinstance(module, RmsNorm):
                module.forward = lambda values, norm=module: rms_norm(norm, values)

    def forward(self, inputIds: Tensor, positions: Tensor, keyCache: Tensor, valueCache: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        before = {f"kv_cache_{part}_{layer}": cache[layer : layer + 1] for part, cache in (("k", keyCache), ("v", valueCache)) for layer in range(LAYERS)}
        hidden, after = self.decoder.run(inputIds, positions, before)
        keys, values = (torch.cat([after[f"kv_cache_{part}_{layer}"] for layer in range(LAYERS)]) for part in "kv")
        return self.decoder.network.logits(hidden), keys, values


class Stateful(nn.Module):
    """inputIds [1, n] and fullAttentionMask [1, 1, n, past + n], as Swift Transformers gives them; the cache is two states."""

    def __init__(self) -> None:
        super().__init__()
        self.stateless = Stateless()
        shape = self.stateless.decoder.shape
        cache = (LAYERS, shape.num_key_value_heads, CONTEXT, shape.head_dim)
        self.register_buffer("keyCache", torch.zeros(cache))
        self.register_buffer("valueCache", torch.zeros(cache))

    def forward(self, inputIds: Tensor, fullAttentionMask: Tensor) -> Tensor:
        # The network is causal by itself; the mask says how many tokens went before.
        past = fullAttentionMask.shape[3] - inputIds.shape[1]
        logits, keys, values = self.stateless(inputIds, past + torch.arange(inputIds.shape[1]), self.keyCache, self.valueCache)
        self.keyCache[:] = keys
        self.valueCache[:] = values
        # The values of a declared input must be used for the converter to keep it.
        return logits + 0.0 * fullAttentionMask[0, 0, :1, :1]


def stateless_step(model: Stateless) -> Step:
    empty = torch.zeros((LAYERS, 2, CONTEXT, 32))
    keys = values = empty
    used = 0

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal keys, values, used
        if begins:
            keys, values, used = empty, empty, 0
        positions = torch.arange(used, used + len(tokens), dtype=torch.int32)
        logits, keys, values = model(torch.tensor([tokens]), positions, keys, values)
        used += len(tokens)
        return logits[0, -1].numpy()

    return step


def stateful_step(model: Stateful) -> Step:
    used = 0

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal used
        if begins:
            used = 0
            model.keyCache.zero_()
            model.valueCache.zero_()
        used += len(tokens)
        return model(torch.tensor([tokens]), torch.zeros((1, 1, len(tokens), used)))[0, -1].numpy()

    return step


def save(model: coremltools.models.MLModel, folder: str, kind: str) -> Path:
    target = MODELS / folder / f"tenfold-tiny-{kind}.mlpackage"
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    model.short_description, model.license = f"Tenfold Tiny, {kind}", "Apache-2.0"
    model.user_defined_metadata.update({
        "co.huggingface.exporters.name": "tenfold-tiny", "co.huggingface.exporters.architecture": "LlamaForCausalLM",
        "co.huggingface.exporters.task": "text-generation",
    })
    model.save(str(target))
    return target


def inputs_of(names: dict[str, tuple[tuple[object, ...], type]]) -> list[coremltools.TensorType]:
    return [coremltools.TensorType(name, shape, dtype) for name, (shape, dtype) in names.items()]


def convert_stateless(model: Stateless) -> coremltools.models.MLModel:
    count = coremltools.RangeDim(1, CONTEXT, SAMPLE_TOKENS, symbol="count")
    cache = (LAYERS, model.decoder.shape.num_key_value_heads, CONTEXT, model.decoder.shape.head_dim)
    example = (torch.zeros((1, SAMPLE_TOKENS), dtype=torch.int32), torch.arange(SAMPLE_TOKENS, dtype=torch.int32), torch.zeros(cache), torch.zeros(cache))
    return coremltools.convert(
        torch.jit.trace(model, example), minimum_deployment_target=coremltools.target.iOS18, skip_model_load=True,
        inputs=inputs_of({"inputIds": ((1, count), np.int32), "positions": ((count,), np.int32), "keyCache": (cache, np.float16), "valueCache": (cache, np.float16)}),
        outputs=[coremltools.TensorType(name, dtype=np.float16) for name in ("logits", "presentKeys", "presentValues")])


def convert_stateful(model: Stateful) -> coremltools.models.MLModel:
    total = SAMPLE_PAST + SAMPLE_TOKENS
    count, length = coremltools.RangeDim(1, CONTEXT, SAMPLE_TOKENS), coremltools.RangeDim(1, CONTEXT, total)
    example = (torch.zeros((1, SAMPLE_TOKENS), dtype=torch.int32), torch.zeros((1, 1, SAMPLE_TOKENS, total)))
    states = [coremltools.StateType(coremltools.TensorType(shape=tuple(getattr(model, name).shape), dtype=np.float16), name) for name in ("keyCache", "valueCache")]
    return coremltools.convert(
        torch.jit.trace(model, example), minimum_deployment_target=coremltools.target.iOS18, skip_model_load=True, states=states,
        inputs=inputs_of({"inputIds": ((1, count), np.int32), "fullAttentionMask": ((1, 1, count, length), np.float16)}),
        outputs=[coremltools.TensorType("logits", dtype=np.float16)])


def operations_of(path: Path, names: set[str]) -> Counter[str]:
    """Loads the package again, and makes sure that its inputs, outputs and states are these."""
    specification = coremltools.utils.load_spec(str(path))
    described = specification.description
    found = {feature.name for feature in (*described.input, *described.output, *described.state)}
    if found != names:
        raise SystemExit(f"{path.name} has {found}")
    blocks = specification.mlProgram.functions["main"].block_specializations.values()
    return Counter(operation.type for block in blocks for operation in block.operations)


def write(folder: str, what: str, path: Path, names: set[str], traced: str) -> None:
    operations = operations_of(path, names)
    checked = (
        f"not run: Core ML is on Apple systems only. The network before conversion, in torch: {traced}. The package loaded again with coremltools: "
        f"{sum(operations.values())} operations, {operations['write_state']} of them write a state, interface {', '.join(sorted(names))}"
    )
    record("export_coreml.py", ["coremltools", "torch"], folder, {f"{path.name}/{name}": f"{part} of: {what}" for name, part in FILES.items()}, checked)


def export_coreml() -> None:
    stateful, stateless = Stateful().eval(), Stateless().eval()
    path = save(convert_stateful(stateful), "coreml-stateful", "stateful-f16")
    traced = compare("coreml stateful, in torch", stateful_step(stateful), longest=LONGEST_CHECKED)
    write("coreml-stateful", "chat model, F16, cache of 512 as states, up to 512 tokens at once", path,
          {"inputIds", "fullAttentionMask", "logits", "keyCache", "valueCache"}, traced)
    quantized = OptimizationConfig(OpLinearQuantizerConfig(
        mode="linear_symmetric", dtype="int8", granularity="per_channel", weight_threshold=LARGEST_LEFT))
    path = save(linear_quantize_weights(convert_stateless(stateless), quantized), "coreml-stateless", "stateless-int8")
    traced = compare("coreml stateless, in torch", stateless_step(stateless), longest=LONGEST_CHECKED)
    write("coreml-stateless", "chat model, int8 weights computed in F16, F16 cache of 512 as inputs and outputs", path,
          {"inputIds", "positions", "keyCache", "valueCache", "logits", "presentKeys", "presentValues"}, traced)


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.no_grad():
        export_coreml()
