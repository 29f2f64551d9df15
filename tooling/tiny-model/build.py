"""Runs the steps of the build: all of them, or only the exports from frozen weights."""

from __future__ import annotations

import argparse
import json

from encoder import train_encoder
from export_encoder import export_encoder
from export_gguf import export_gguf
from export_hf import export_hf
from export_onnx import export_onnx
from lora import export_adapter, train_adapter
from manifest import write_manifest
from paths import CACHE
from reference import write_reference
from train import BATCH_ROWS, HARD_RATE, PEAK_RATE, train

SETTINGS = CACHE / "training.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--export-only", action="store_true", help="export again from the checkpoints of an earlier run")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--steps", type=int, default=2200)
    parser.add_argument("--hard-steps", type=int, default=800)
    parser.add_argument("--draft-steps", type=int, default=700)
    parser.add_argument("--lora-steps", type=int, default=120)
    parser.add_argument("--encoder-steps", type=int, default=400)
    parser.add_argument("--dialogues", type=int, default=36000)
    arguments = parser.parse_args()
    if not arguments.export_only:
        train(arguments.steps, arguments.hard_steps, arguments.draft_steps, arguments.dialogues, arguments.seed)
        train_encoder(arguments.encoder_steps, arguments.seed)
        export_hf()
        train_adapter(arguments.lora_steps, arguments.seed)
        settings = {**vars(arguments), "optimizer": "AdamW, weight decay 0.1, cosine decay", "peakRate": PEAK_RATE, "hardPeakRate": HARD_RATE, "batchRows": BATCH_ROWS, "rowTokens": 512}
        del settings["export_only"]
        SETTINGS.write_text(json.dumps(settings))
    export_hf()
    export_gguf()
    export_onnx()
    export_adapter()
    export_encoder()
    write_reference()
    write_manifest(json.loads(SETTINGS.read_text()))


if __name__ == "__main__":
    main()
