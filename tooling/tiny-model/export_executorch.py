"""Writes the chat model as .pte, delegated to XNNPACK, with the cache as mutable buffers, and tries it in ExecuTorch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.exir import EdgeCompileConfig, ExecutorchBackendConfig, to_edge_transform_and_lower
from executorch.exir.passes import MemoryPlanningPass
from executorch.runtime import Runtime, Verification
from torch import Tensor, nn
from torch.export import Dim

from compare import REFERENCE, Step, compare
from paths import MODELS
from record import record
from static_cache import StaticDecoder

FOLDER, NAME = "executorch", "tenfold-tiny-xnnpack-f32.pte"


class CachedDecoder(nn.Module):
    """Tokens [1, n] from position input_pos [1] on; gives the logits [1, vocabulary] after the last of them."""

    def __init__(self, decoder: StaticDecoder) -> None:
        super().__init__()
        self.decoder = decoder
        # Beside the F32 copy inside the delegate's output layer, a second one would exceed 5 MB. Every value is exact in F16.
        self.register_buffer("embedding", self.decoder.network.model.embed_tokens.weight.detach().half())
        for name, tensor in self.decoder.empty_cache().items():
            self.register_buffer(name, tensor)

    def forward(self, tokens: Tensor, input_pos: Tensor) -> Tensor:
        decoder = self.decoder
        positions = input_pos + torch.arange(tokens.shape[1])
        hidden = nn.functional.embedding(tokens, self.embedding).float()
        for number, layer in enumerate(decoder.network.model.layers):
            key, value = getattr(self, f"kv_cache_k_{number}"), getattr(self, f"kv_cache_v_{number}")
            hidden, new_key, new_value = decoder.run_layer(layer, hidden, positions, key, value)
            key.copy_(new_key)
            value.copy_(new_value)
        return decoder.network.logits(decoder.network.model.norm(hidden[:, -1]))


def write_model(target: Path, decoder: StaticDecoder, facts: dict[str, object]) -> None:
    model = CachedDecoder(decoder).eval()
    shape = model.decoder.shape
    tokens = Dim("tokens", min=1, max=shape.max_position_embeddings - 1)
    example = (torch.zeros((1, 2), dtype=torch.int64), torch.zeros(1, dtype=torch.int64))
    program = torch.export.export(model, example, dynamic_shapes=({1: tokens}, None), strict=False)
    # Names and meanings as ExecuTorch's own text runner asks for them.
    facts = {
        "get_max_seq_len": shape.max_position_embeddings - 1, "get_max_context_len": shape.max_position_embeddings, "get_vocab_size": shape.vocab_size,
        "get_n_layers": shape.num_hidden_layers, **facts, "use_kv_cache": True, "enable_dynamic_shape": True,
    }
    edge = to_edge_transform_and_lower(program, partitioner=[XnnpackPartitioner()], constant_methods=facts, compile_config=EdgeCompileConfig(_check_ir_validity=False))
    executable = edge.to_executorch(ExecutorchBackendConfig(memory_planning_pass=MemoryPlanningPass(alloc_graph_input=False)))
    target.write_bytes(executable.buffer)


def step_of(path: Path) -> Step:
    forward = Runtime.get().load_program(path, verification=Verification.InternalConsistency).load_method("forward")
    used = 0

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal used
        used = 0 if begins else used
        logits = forward.execute([torch.tensor([tokens]), torch.tensor([used])])[0]
        used += len(tokens)
        return logits[0].numpy()

    return step


def export_executorch() -> None:
    target = MODELS / FOLDER / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    write_model(target, StaticDecoder(), {"get_bos_id": 0, "get_eos_ids": [REFERENCE["endToken"]]})
    print(target.stat().st_size, "bytes", flush=True)
    what = "chat model, F32 in XNNPACK, embedding F16, cache of 512 in mutable buffers, up to 511 tokens at once"
    record("export_executorch.py", ["executorch", "torch"], FOLDER, {NAME: what}, f"executorch's Python runtime on the CPU: {compare('executorch', step_of(target))}")


if __name__ == "__main__":
    export_executorch()
