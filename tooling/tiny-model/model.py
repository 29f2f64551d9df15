"""A small Llama in PyTorch whose parameter names are those of HF transformers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    vocab_size: int = 1024
    hidden_size: int = 128
    intermediate_size: int = 384
    num_hidden_layers: int = 5
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 32
    max_position_embeddings: int = 512
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-5


def rotary_tables(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosine and sine, one row for each position, one column for each pair of a head's values."""
    half = shape.head_dim // 2
    frequencies = shape.rope_theta ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(shape.max_position_embeddings, dtype=torch.float64)[:, None] * frequencies
    return angles.cos().float(), angles.sin().float()


def rotate(values: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = values.chunk(2, dim=-1)
    return torch.cat((first * cosine - second * sine, second * cosine + first * sine), dim=-1)


class RmsNorm(nn.Module):
    def __init__(self, size: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, values: Tensor) -> Tensor:
        return F.rms_norm(values, self.weight.shape, self.weight, self.epsilon)


class Attention(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        queries, keys = shape.num_attention_heads * shape.head_dim, shape.num_key_value_heads * shape.head_dim
        self.q_proj = nn.Linear(shape.hidden_size, queries, bias=False)
        self.k_proj = nn.Linear(shape.hidden_size, keys, bias=False)
        self.v_proj = nn.Linear(shape.hidden_size, keys, bias=False)
        self.o_proj = nn.Linear(queries, shape.hidden_size, bias=False)

    def heads(self, values: Tensor) -> Tensor:
        return values.unflatten(-1, (-1, self.shape.head_dim)).transpose(1, 2)

    def forward(self, hidden: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None) -> Tensor:
        query = rotate(self.heads(self.q_proj(hidden)), cosine, sine)
        key = rotate(self.heads(self.k_proj(hidden)), cosine, sine)
        value = self.heads(self.v_proj(hidden))
        groups = self.shape.num_attention_heads // self.shape.num_key_value_heads
        key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=mask is None)
        return self.o_proj(mixed.transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.up_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.down_proj = nn.Linear(shape.intermediate_size, shape.hidden_size, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(hidden)) * self.up_proj(hidden))


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.input_layernorm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.mlp = FeedForward(shape)

    def forward(self, hidden: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None) -> Tensor:
        hidden = hidden + self.self_attn(self.input_layernorm(hidden), cosine, sine, mask)
        return hidden + self.mlp(self.post_attention_layernorm(hidden))


class Decoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.num_hidden_layers))
        self.norm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)


class TinyLlama(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.model = Decoder(shape)
        self.cosine, self.sine = rotary_tables(shape)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                residual = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(weight, std=0.05 / (2 * shape.num_hidden_layers) ** 0.5 if residual else 0.05)

    def hidden(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        values = self.model.embed_tokens(ids)
        cosine, sine = self.cosine[: ids.shape[1]], self.sine[: ids.shape[1]]
        for layer in self.model.layers:
            values = layer(values, cosine, sine, mask)
        return self.model.norm(values)

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.model.embed_tokens.weight)


def round_to_half(model: nn.Module) -> None:
    """Makes every weight exactly representable in fp16, so that F16 and F32 files hold equal values."""
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(weight.half().float())


def hf_config(shape: Shape, bos: int, eos: int, pad: int) -> dict[str, object]:
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", **asdict(shape),
        "hidden_act": "silu", "attention_bias": False, "attention_dropout": 0.0, "mlp_bias": False,
        "tie_word_embeddings": True, "rope_scaling": None, "initializer_range": 0.05, "use_cache": True,
        "torch_dtype": "float16", "bos_token_id": bos, "eos_token_id": eos, "pad_token_id": pad,
    }


def load_model(folder: Path, context: int | None = None) -> TinyLlama:
    """Any Llama with tied embeddings and plain rotary positions; with a shorter context than it was trained for, where one is given."""
    config = json.loads((folder / "config.json").read_text())
    config.setdefault("head_dim", config["hidden_size"] // config["num_attention_heads"])
    config["max_position_embeddings"] = min(config["max_position_embeddings"], context or config["max_position_embeddings"])
    shape = Shape(**{name: config[name] for name in Shape.__dataclass_fields__})
    model = TinyLlama(shape)
    weights = {name: tensor.float() for path in sorted(folder.glob("*.safetensors")) for name, tensor in load_file(path).items()}
    weights.pop("lm_head.weight", None)
    model.load_state_dict(weights)
    return model.eval()


def save_model(model: TinyLlama, folder: Path, bos: int, eos: int, pad: int) -> None:
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: weight.detach().half().contiguous() for name, weight in model.named_parameters()},
              folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(hf_config(model.shape, bos, eos, pad), indent=2) + "\n")
