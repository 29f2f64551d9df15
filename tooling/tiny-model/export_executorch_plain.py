"""Writes the chat model as one .pte of portable kernels only, with a method for each way that exporters shape a decoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from executorch.exir import EdgeCompileConfig, ExecutorchBackendConfig, to_edge_transform_and_lower
from executorch.exir.passes import MemoryPlanningPass
from executorch.runtime import Runtime, Verification
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram

from compare import REFERENCE, Step, compare
from paths import MODELS
from record import record
from static_cache import StaticDecoder

FOLDER, NAME = "executorch-plain", "tenfold-tiny-plain-f16.pte"
PADDED = 160


class HalfWeights(nn.Module):
    """The decoder with its matrices in F16, which all values are exact in, computed in F32: half the file, the same numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = StaticDecoder()
        for module in list(self.decoder.modules()):
            if isinstance(module, (nn.Linear, nn.Embedding)):
                weight = module.weight.detach().half()
                del module.weight
                module.register_buffer("weight", weight)
                module.forward = (
                    (lambda values, module=module: nn.functional.linear(values, module.weight.float())) if isinstance(module, nn.Linear)
                    else (lambda ids, module=module: nn.functional.embedding(ids, module.weight).float())
                )

    def logits(self, hidden: Tensor) -> Tensor:
        network = self.decoder.network
        return nn.functional.linear(network.model.norm(hidden), network.model.embed_tokens.weight.float())


class Cached(HalfWeights):
    """Tokens [1, n] at positions [n]; logits [1, n, vocabulary] of all of them."""

    def __init__(self) -> None:
        super().__init__()
        for name, tensor in self.decoder.empty_cache().items():
            self.register_buffer(name, tensor)

    def forward(self, tokens: Tensor, cache_position: Tensor) -> Tensor:
        hidden = self.decoder.network.model.embed_tokens(tokens)
        for number, layer in enumerate(self.decoder.network.model.layers):
            key, value = getattr(self, f"kv_cache_k_{number}"), getattr(self, f"kv_cache_v_{number}")
            hidden, new_key, new_value = self.decoder.run_layer(layer, hidden, cache_position, key, value)
            key.copy_(new_key)
            value.copy_(new_value)
        return self.logits(hidden)


class Uncached(HalfWeights):
    """Tokens [1, n] from the first on; logits of the last of them, or of all."""

    def __init__(self, last_only: bool) -> None:
        super().__init__()
        self.last_only = last_only

    def forward(self, tokens: Tensor) -> Tensor:
        positions = torch.arange(tokens.shape[1])
        cache = self.decoder.empty_cache()
        hidden = self.decoder.network.model.embed_tokens(tokens)
        for number, layer in enumerate(self.decoder.network.model.layers):
            key, value = cache[f"kv_cache_k_{number}"], cache[f"kv_cache_v_{number}"]
            hidden, _, _ = self.decoder.run_layer(layer, hidden, positions, key, value)
        return self.logits(hidden[:, -1] if self.last_only else hidden)


def programs() -> dict[str, ExportedProgram]:
    longest = StaticDecoder().shape.max_position_embeddings
    tokens = Dim("tokens", min=1, max=longest - 1)
    two, one = torch.zeros((1, 2), dtype=torch.int64), torch.zeros((1, 1), dtype=torch.int64)
    first, both = torch.zeros(1, dtype=torch.int64), torch.arange(2)

    def export(model: nn.Module, example: tuple[Tensor, ...], shapes: tuple[dict[int, Dim], ...] | None = None) -> ExportedProgram:
        return torch.export.export(model.eval(), example, dynamic_shapes=shapes, strict=False)

    return {
        "forward": export(Cached(), (two, both), ({1: tokens}, {0: tokens})),
        "forward_one": export(Cached(), (one, first)),
        "forward_uncached": export(Uncached(last_only=True), (two,), ({1: tokens},)),
        "forward_padded": export(Uncached(last_only=False), (torch.zeros((1, PADDED), dtype=torch.int64),)),
    }


def write_model(target: Path) -> None:
    shape = StaticDecoder().shape
    facts = {"get_max_seq_len": shape.max_position_embeddings - 1, "get_max_context_len": shape.max_position_embeddings, "get_vocab_size": shape.vocab_size}
    edge = to_edge_transform_and_lower(programs(), constant_methods=facts, compile_config=EdgeCompileConfig(_check_ir_validity=False))
    executable = edge.to_executorch(ExecutorchBackendConfig(memory_planning_pass=MemoryPlanningPass(alloc_graph_input=False)))
    target.write_bytes(executable.buffer)


def step_of(path: Path, method: str) -> Step:
    forward = Runtime.get().load_program(path, verification=Verification.InternalConsistency).load_method(method)
    seen: list[int] = []

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        if begins:
            seen.clear()
        start = len(seen)
        seen.extend(tokens)
        if method == "forward":
            return forward.execute([torch.tensor([tokens]), torch.arange(start, len(seen))])[0][0, -1].numpy()
        if method == "forward_one":
            return [forward.execute([torch.tensor([[token]]), torch.tensor([start + at])])[0][0, -1].numpy().copy() for at, token in enumerate(tokens)][-1]
        if method == "forward_uncached":
            return forward.execute([torch.tensor([seen])])[0][0].numpy()
        return forward.execute([torch.tensor([seen + [0] * (PADDED - len(seen))])])[0][0, len(seen) - 1].numpy()

    return step


def export_executorch_plain() -> None:
    target = MODELS / FOLDER / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    write_model(target)
    print(target.stat().st_size, "bytes", flush=True)
    found = [f"{method}: {compare(method, step_of(target, method), longest=PADDED if method == 'forward_padded' else 512)}"
             for method in ("forward", "forward_one", "forward_uncached", "forward_padded")]
    what = "chat model, weights F16 computed in F32 by portable kernels, in four methods: positions, one token at a time, without a cache, padded to 160"
    record("export_executorch_plain.py", ["executorch", "torch"], FOLDER, {NAME: what}, f"executorch's Python runtime on the CPU: {'; '.join(found)}")


if __name__ == "__main__":
    export_executorch_plain()
