"""Writes model.ort and the int8 and int4 forms of onnx/model.onnx, and tries each in onnxruntime."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.tools.convert_onnx_models_to_ort import OptimizationStyle, convert_onnx_models_to_ort

from check import empty_cache
from compare import Step, compare
from paths import MODELS
from record import record

SOURCE = MODELS / "onnx" / "model.onnx"
BLOCK_SIZE = 32
# Optimization would store the transposed embedding beside the embedding: more than 5 MB.
LEVEL = "disable"


def step_of(path: Path) -> Step:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    cache, used = empty_cache(), 0

    def step(tokens: list[int], begins: bool) -> np.ndarray:
        nonlocal cache, used
        if begins:
            cache, used = empty_cache(), 0
        used += len(tokens)
        feeds = {"input_ids": np.array([tokens], np.int64), "attention_mask": np.ones((1, used), np.int64), **cache}
        results = dict(zip(names, session.run(None, feeds), strict=True))
        cache = {name.replace("present", "past_key_values"): value for name, value in results.items() if name != "logits"}
        return results["logits"][0, -1]

    return step


def write_ort(target: Path) -> None:
    os.environ["ORT_CONVERT_ONNX_MODELS_TO_ORT_OPTIMIZATION_LEVEL"] = LEVEL
    with tempfile.TemporaryDirectory() as temporary:
        convert_onnx_models_to_ort(SOURCE, Path(temporary), [OptimizationStyle.Fixed])
        shutil.copyfile(Path(temporary) / f"model.{LEVEL}.ort", target)


def write_int8(target: Path) -> None:
    quantize_dynamic(SOURCE, target, weight_type=QuantType.QInt8)


def write_int4(target: Path) -> None:
    quantizer = MatMulNBitsQuantizer(onnx.load(SOURCE), bits=4, block_size=BLOCK_SIZE)
    quantizer.process()
    onnx.save(quantizer.model.model, target)


def export_onnx_more() -> None:
    for folder, name, write, what, exact in (
        ("ort", "model.ort", write_ort, "onnx/model.onnx in onnxruntime's own format, F32", True),
        ("onnx-int8", "model.onnx", write_int8, "chat model, dynamic quantization: int8 MatMul weights, F32 embedding", False),
        ("onnx-int4", "model.onnx", write_int4, "chat model, MatMulNBits: int4 MatMul weights in blocks of 32, F32 embedding", False),
    ):
        target = MODELS / folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write(target)
        checked = f"onnxruntime on the CPU: {compare(folder, step_of(target), exact=exact)}"
        record("export_onnx_more.py", ["onnx", "onnxruntime"], folder, {name: what}, checked)


if __name__ == "__main__":
    export_onnx_more()
