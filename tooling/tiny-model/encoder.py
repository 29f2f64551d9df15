"""A tiny BERT with mean pooling, trained so that sentences which mean the same get near vectors."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor, nn
from torch.nn import functional as F

from model import round_to_half
from paraphrases import Group, all_groups, split_groups
from paths import CACHE

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
FOLDER = CACHE / "encoder"


@dataclass(frozen=True)
class EncoderShape:
    vocab_size: int = 640
    hidden_size: int = 64
    num_hidden_layers: int = 2
    num_attention_heads: int = 2
    intermediate_size: int = 256
    max_position_embeddings: int = 64
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12


class Block(nn.Module):
    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        size = shape.hidden_size
        self.head_count = shape.num_attention_heads
        self.query, self.key, self.value, self.dense = (nn.Linear(size, size) for _ in range(4))
        self.attention_norm = nn.LayerNorm(size, shape.layer_norm_eps)
        self.intermediate, self.output = nn.Linear(size, shape.intermediate_size), nn.Linear(shape.intermediate_size, size)
        self.output_norm = nn.LayerNorm(size, shape.layer_norm_eps)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        query, key, value = (layer(hidden).unflatten(-1, (self.head_count, -1)).transpose(1, 2) for layer in (self.query, self.key, self.value))
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None]).transpose(1, 2).flatten(2)
        hidden = self.attention_norm(hidden + self.dense(mixed))
        # llama.cpp computes GELU with the tanh formula.
        return self.output_norm(hidden + self.output(F.gelu(self.intermediate(hidden), approximate="tanh")))


class Encoder(nn.Module):
    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.shape = shape
        self.word = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.position = nn.Embedding(shape.max_position_embeddings, shape.hidden_size)
        self.token_type = nn.Embedding(shape.type_vocab_size, shape.hidden_size)
        for table in (self.word, self.position, self.token_type):
            nn.init.normal_(table.weight, std=0.05)
        self.norm = nn.LayerNorm(shape.hidden_size, shape.layer_norm_eps)
        self.layers = nn.ModuleList(Block(shape) for _ in range(shape.num_hidden_layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        hidden = self.norm(self.word(ids) + self.position.weight[: ids.shape[1]] + self.token_type.weight[0])
        for layer in self.layers:
            hidden = layer(hidden, mask)
        pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return F.normalize(pooled, dim=-1)


HF_BLOCK = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value", "dense": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm", "intermediate": "intermediate.dense", "output": "output.dense", "output_norm": "output.LayerNorm",
}
HF_OUTER = {"word": "word_embeddings", "position": "position_embeddings", "token_type": "token_type_embeddings", "norm": "LayerNorm"}


def hf_name(name: str) -> str:
    first, *rest = name.split(".")
    if first != "layers":
        return ".".join(["embeddings", HF_OUTER[first], *rest])
    return ".".join(["encoder.layer", rest[0], HF_BLOCK[rest[1]], rest[2]])


def train_wordpiece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=EncoderShape.vocab_size, special_tokens=SPECIAL, show_progress=False)
    alphabet = "abcdefghijklmnopqrstuvwxyz 0 1 2 3 4 5 6 7 8 9 + - = ! ? . , : ; ' \""
    tokenizer.train_from_iterator([sentence for group in all_groups() for sentence in group] + [alphabet], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")])
    return tokenizer


def encode(tokenizer: Tokenizer, sentences: list[str]) -> tuple[Tensor, Tensor]:
    encoded = [one.ids for one in tokenizer.encode_batch(sentences)]
    longest = max(map(len, encoded))
    return (torch.tensor([ids + [0] * (longest - len(ids)) for ids in encoded]),
            torch.tensor([[True] * len(ids) + [False] * (longest - len(ids)) for ids in encoded]))


def held_out_accuracy(model: Encoder, tokenizer: Tokenizer, groups: list[Group], pairs: list[tuple[str, str]]) -> float:
    """How often the sentence nearest to a never trained one has the same meaning."""
    sentences = [(sentence, number) for number, group in enumerate(groups) for sentence in group]
    meaning = dict(sentences)
    with torch.no_grad():
        known = model(*encode(tokenizer, [sentence for sentence, _ in sentences]))
        asked = model(*encode(tokenizer, [hidden for hidden, _ in pairs]))
    nearest = (asked @ known.T).argmax(1).tolist()
    return sum(sentences[found][1] == meaning[same] for found, (_, same) in zip(nearest, pairs, strict=True)) / len(pairs)


def train_encoder(steps: int, seed: int) -> None:
    torch.set_num_threads(2)
    torch.manual_seed(seed)
    rng = random.Random(seed)
    tokenizer = train_wordpiece()
    model = Encoder(EncoderShape(vocab_size=tokenizer.get_vocab_size()))
    groups, pairs = split_groups(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    for step in range(steps):
        two = [rng.sample(group, 2) for group in rng.sample(groups, 64)]
        vectors = model(*encode(tokenizer, [one for one, _ in two] + [other for _, other in two]))
        scores = vectors[:64] @ vectors[64:].T / 0.07
        loss = (F.cross_entropy(scores, torch.arange(64)) + F.cross_entropy(scores.T, torch.arange(64))) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 200 == 199:
            print(f"encoder step {step + 1}/{steps} loss {loss.item():.4f}", flush=True)
    round_to_half(model)
    accuracy = held_out_accuracy(model, tokenizer, groups, pairs)
    print(f"encoder: nearest sentence has the same meaning for {accuracy:.3f} of {len(pairs)} held-out sentences")
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), FOLDER / "model.safetensors")
    tokenizer.save(str(FOLDER / "tokenizer.json"))
    (FOLDER / "shape.json").write_text(json.dumps({"shape": asdict(model.shape), "heldOutAccuracy": round(accuracy, 4), "heldOutSentences": len(pairs)}))


def load_encoder() -> tuple[Encoder, Tokenizer, dict]:
    facts = json.loads((FOLDER / "shape.json").read_text())
    model = Encoder(EncoderShape(**facts["shape"]))
    model.load_state_dict(load_file(FOLDER / "model.safetensors"))
    return model.eval(), Tokenizer.from_file(str(FOLDER / "tokenizer.json")), facts


if __name__ == "__main__":
    train_encoder(steps=400, seed=20)
