"""Writes the GGUF files of the chat model and the draft model from their frozen safetensors."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import LlamaFileType
from safetensors.numpy import load_file

from paths import HF, MODELS

FILE_TYPES: dict[str, tuple[LlamaFileType, Type]] = {
    "f32": (LlamaFileType.ALL_F32, Type.F32), "f16": (LlamaFileType.MOSTLY_F16, Type.F16),
    "q8_0": (LlamaFileType.MOSTLY_Q8_0, Type.Q8_0), "q4_0": (LlamaFileType.MOSTLY_Q4_0, Type.Q4_0),
    "q4_1": (LlamaFileType.MOSTLY_Q4_1, Type.Q4_1),
}
MODULES = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}
OUTER = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}


def gguf_name(name: str) -> str:
    if name in OUTER:
        return OUTER[name]
    layer, module = name.removeprefix("model.layers.").removesuffix(".weight").split(".", 1)
    return f"blk.{layer}.{MODULES[module]}.weight"


def permute(weight: np.ndarray, heads: int) -> np.ndarray:
    """llama.cpp rotates neighbouring rows, Hugging Face the two halves of a head."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def add_tokenizer(writer: gguf.GGUFWriter, folder: Path) -> None:
    document = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = document["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    types = [gguf.TokenType.NORMAL] * len(tokens)
    for added in document["added_tokens"]:
        types[added["id"]] = gguf.TokenType.CONTROL if added["special"] else gguf.TokenType.USER_DEFINED
    config = json.loads((folder / "config.json").read_text())
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in document["model"]["merges"]])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_pad_token_id(config["pad_token_id"])
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_chat_template((folder / "chat_template.jinja").read_text(encoding="utf-8"))


def write_gguf(weights_folder: Path, path: Path, kind: str, name: str) -> None:
    config = json.loads((weights_folder / "config.json").read_text())
    file_type, matrix_type = FILE_TYPES[kind]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("model")
    writer.add_name(name)
    writer.add_author("Tenfold")
    writer.add_license("apache-2.0")
    writer.add_languages(["en"])
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    add_tokenizer(writer, HF)
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    for source, stored in load_file(weights_folder / "model.safetensors").items():
        weight = stored.astype(np.float32)
        for projection, count in heads.items():
            if f".{projection}." in source:
                weight = permute(weight, count)
        tensor_type = matrix_type if weight.ndim == 2 else Type.F32
        # As llama.cpp's own quantizer does, the shared embedding and output keeps more bits.
        if source in OUTER and weight.ndim == 2 and matrix_type in (Type.Q4_0, Type.Q4_1):
            tensor_type = Type.Q8_0
        data = gguf.quants.quantize(np.ascontiguousarray(weight), tensor_type)
        writer.add_tensor(gguf_name(source), data, raw_dtype=tensor_type)
    path.parent.mkdir(parents=True, exist_ok=True)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def check_equal_values(first: Path, second: Path) -> None:
    """The promise of the F16 file: the very same values as the F32 file."""
    one, other = gguf.GGUFReader(first), gguf.GGUFReader(second)
    for left, right in zip(one.tensors, other.tensors, strict=True):
        if left.name != right.name or not np.array_equal(left.data.astype(np.float32), right.data.astype(np.float32)):
            raise ValueError(f"{left.name} differs between {first.name} and {second.name}")


def export_gguf() -> None:
    folder = MODELS / "gguf"
    folder.mkdir(parents=True, exist_ok=True)
    for kind in FILE_TYPES:
        write_gguf(HF, folder / f"tenfold-tiny-{kind}.gguf", kind, "Tenfold Tiny")
    check_equal_values(folder / "tenfold-tiny-f32.gguf", folder / "tenfold-tiny-f16.gguf")
    write_gguf(MODELS / "draft", MODELS / "draft" / "tenfold-tiny-draft-f16.gguf", "f16", "Tenfold Tiny Draft")


if __name__ == "__main__":
    export_gguf()
