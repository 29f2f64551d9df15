"""Writes the encoder as GGUF and as a Hugging Face folder, with reference vectors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import gguf
import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from encoder import FOLDER, SPECIAL, Encoder, encode, hf_name, load_encoder
from paths import MODELS

OUTER = {"word": "token_embd", "position": "position_embd", "token_type": "token_types", "norm": "token_embd_norm"}
BLOCK = {
    "query": "attn_q", "key": "attn_k", "value": "attn_v", "dense": "attn_output", "attention_norm": "attn_output_norm",
    "intermediate": "ffn_up", "output": "ffn_down", "output_norm": "layer_output_norm",
}
SENTENCES = [
    "What is the capital of France?", "Name the capital city of France.", "What is the weather in Paris?", "How is the weather in Paris today?",
    "Tell me a story about the fox.", "Write a long tale about the fox.", "Thank you!", "Thanks a lot.",
]


def gguf_name(name: str) -> str:
    first, *rest = name.split(".")
    return f"{OUTER[first]}.{rest[0]}" if first != "layers" else f"blk.{rest[0]}.{BLOCK[rest[1]]}.{rest[2]}"


def gguf_token(token: str) -> str:
    """llama.cpp marks the start of a word where WordPiece marks its continuation."""
    if token in SPECIAL:
        return token
    return token.removeprefix("##") if token.startswith("##") else "\u2581" + token


def write_gguf(model: Encoder, tokenizer: Tokenizer, path: Path, half: bool) -> None:
    shape = model.shape
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_type("model")
    writer.add_name("Tenfold Tiny Encoder")
    writer.add_author("Tenfold")
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16 if half else gguf.LlamaFileType.ALL_F32)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(shape.max_position_embeddings)
    writer.add_embedding_length(shape.hidden_size)
    writer.add_block_count(shape.num_hidden_layers)
    writer.add_feed_forward_length(shape.intermediate_size)
    writer.add_head_count(shape.num_attention_heads)
    writer.add_layer_norm_eps(shape.layer_norm_eps)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    vocabulary = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([gguf_token(token) for token in tokens])
    writer.add_token_types([gguf.TokenType.CONTROL if token in SPECIAL else gguf.TokenType.NORMAL for token in tokens])
    writer.add_token_type_count(shape.type_vocab_size)
    writer.add_bos_token_id(vocabulary["[CLS]"])
    writer.add_eos_token_id(vocabulary["[SEP]"])
    writer.add_sep_token_id(vocabulary["[SEP]"])
    writer.add_pad_token_id(vocabulary["[PAD]"])
    writer.add_unk_token_id(vocabulary["[UNK]"])
    writer.add_mask_token_id(vocabulary["[MASK]"])
    writer.add_uint32("tokenizer.ggml.cls_token_id", vocabulary["[CLS]"])
    for name, weight in model.state_dict().items():
        # As llama.cpp's converter does, position and type tables stay F32.
        matrix = weight.dim() == 2 and not name.startswith(("position", "token_type"))
        writer.add_tensor(gguf_name(name), weight.numpy().astype(np.float16 if half and matrix else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def hf_config(model: Encoder) -> dict[str, object]:
    return {
        "architectures": ["BertModel"], "model_type": "bert", **vars(model.shape), "hidden_act": "gelu_pytorch_tanh",
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "position_embedding_type": "absolute", "pad_token_id": 0, "torch_dtype": "float16",
    }


def export_encoder() -> None:
    model, tokenizer, facts = load_encoder()
    folder = MODELS / "encoder"
    hf = folder / "hf"
    hf.mkdir(parents=True, exist_ok=True)
    for kind in ("f32", "f16"):
        write_gguf(model, tokenizer, folder / f"tenfold-tiny-encoder-{kind}.gguf", kind == "f16")
    save_file({hf_name(name): weight.half() for name, weight in model.state_dict().items()}, hf / "model.safetensors", metadata={"format": "pt"})
    (hf / "config.json").write_text(json.dumps(hf_config(model), indent=2) + "\n")
    shutil.copyfile(FOLDER / "tokenizer.json", hf / "tokenizer.json")
    names = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    (hf / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 64, **names}, indent=2) + "\n")
    with torch.no_grad():
        vectors = model(*encode(tokenizer, SENTENCES))
    reference = {
        "formatVersion": 1, "model": "tenfold-tiny-encoder", "pooling": "mean", "normalized": True, "dimensions": model.shape.hidden_size,
        "heldOutAccuracy": facts["heldOutAccuracy"], "heldOutSentences": facts["heldOutSentences"],
        "sentences": [{"text": text, "tokens": tokenizer.encode(text).ids, "vector": [round(value, 6) for value in vector]}
                      for text, vector in zip(SENTENCES, vectors.tolist(), strict=True)],
    }
    (folder / "reference.json").write_text(json.dumps(reference, ensure_ascii=False) + "\n", encoding="utf-8")
    print("similarities of the reference sentences:\n", (vectors @ vectors.T).numpy().round(2))


if __name__ == "__main__":
    export_encoder()
