"""Writes manifest.json: every committed file with its size and checksum, and how the models came to be."""

from __future__ import annotations

import datetime
import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from safetensors.numpy import load_file

from model import Shape
from paths import HF, MODELS

LARGEST_FILE = 5_000_000
EXPORTERS = {
    "hf": ("export_hf.py", ["safetensors", "tokenizers"]), "gguf": ("export_gguf.py", ["gguf"]), "onnx": ("export_onnx.py", ["onnx"]),
    "onnx-gqa": ("export_onnx.py", ["onnx"]), "draft": ("export_gguf.py", ["gguf"]), "lora": ("lora.py", ["gguf", "safetensors"]),
    "encoder": ("export_encoder.py", ["gguf", "safetensors"]), "reference.json": ("reference.py", ["torch"]),
}
DESCRIPTIONS = {
    "hf/model.safetensors": "frozen weights of the chat model, F16: the source of every other format",
    "hf/tokenizer.json": "byte-level BPE tokenizer of 1,024 tokens", "hf/chat_template.jinja": "chat template",
    "gguf/tenfold-tiny-f32.gguf": "chat model, F32", "gguf/tenfold-tiny-f16.gguf": "chat model, F16, values equal to F32",
    "gguf/tenfold-tiny-q8_0.gguf": "chat model, Q8_0", "gguf/tenfold-tiny-q4_0.gguf": "chat model, Q4_0, embedding Q8_0",
    "gguf/tenfold-tiny-q4_1.gguf": "chat model, Q4_1, embedding Q8_0",
    "onnx/model.onnx": "chat model, F32, standard operators, Optimum names", "onnx-gqa/model.onnx": "chat model, F32, GroupQueryAttention",
    "onnx-gqa/genai_config.json": "configuration for onnxruntime-genai",
    "draft/tenfold-tiny-draft-f16.gguf": "one-layer draft model with the same tokenizer, F16", "draft/model.safetensors": "frozen weights of the draft model",
    "lora/tenfold-tiny-pirate-lora-f16.gguf": "LoRA adapter: answers begin like a pirate's", "lora/peft/adapter_model.safetensors": "the same adapter for PEFT",
    "encoder/tenfold-tiny-encoder-f32.gguf": "text encoder (BERT, mean pooling), F32", "encoder/tenfold-tiny-encoder-f16.gguf": "text encoder, F16",
    "encoder/hf/model.safetensors": "frozen weights of the encoder", "encoder/reference.json": "vectors of the encoder for eight sentences",
    "reference.json": "prompts with token ids, greedy answers, logits and held-out accuracy",
}


def describe(path: Path) -> dict[str, object]:
    name = path.relative_to(MODELS).as_posix()
    content = path.read_bytes()
    if len(content) >= LARGEST_FILE:
        raise ValueError(f"{name} has {len(content)} bytes")
    exporter, packages = EXPORTERS[name.split("/")[0]]
    return {
        "path": name, "sizeBytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "what": DESCRIPTIONS.get(name, "configuration"),
        "exporter": exporter, "versions": {package: version(package) for package in packages},
    }


def described_elsewhere() -> list[dict[str, object]]:
    """Entries that the exporters of build.sh --export-more wrote; their folders are not ours to describe."""
    manifest = MODELS / "manifest.json"
    entries = json.loads(manifest.read_text(encoding="utf-8"))["files"] if manifest.exists() else []
    return [entry for entry in entries if entry["path"].split("/")[0] not in EXPORTERS and (MODELS / entry["path"]).exists()]


def count_parameters(path: Path) -> int:
    return sum(value.size for value in load_file(path).values())


def write_manifest(settings: dict[str, object]) -> None:
    files = [path for path in MODELS.rglob("*") if path.is_file() and path.relative_to(MODELS).parts[0] in EXPORTERS]
    described = sorted([describe(path) for path in files] + described_elsewhere(), key=lambda entry: str(entry["path"]))
    document = {
        "formatVersion": 1, "name": "tenfold-tiny", "licence": "Apache-2.0", "builtOn": datetime.date.today().isoformat(),
        "parameters": {
            "chat": count_parameters(HF / "model.safetensors"), "draft": count_parameters(MODELS / "draft" / "model.safetensors"),
            "lora": count_parameters(MODELS / "lora" / "peft" / "adapter_model.safetensors"), "encoder": count_parameters(MODELS / "encoder" / "hf" / "model.safetensors"),
        },
        "shape": vars(Shape()), "training": settings,
        "versions": {package: version(package) for package in ("torch", "tokenizers", "safetensors", "gguf", "onnx", "onnxruntime", "numpy")},
        "totalBytes": sum(int(one["sizeBytes"]) for one in described), "files": described,
    }
    (MODELS / "manifest.json").write_text(json.dumps(document, indent=2) + "\n")
    print(f"{len(described)} files, {document['totalBytes']} bytes")
