"""Writes a folder of Hugging Face's kind (`tenfold convert --to safetensors` makes one) as .litertlm, weights in int8.

    python export_litertlm_model.py FOLDER TARGET.litertlm [context]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from export_litertlm import provide_tensorflow


def export_model(folder: Path, target: Path, context: int) -> None:
    provide_tensorflow()
    from litert_torch.generative.export_hf.export import export

    with tempfile.TemporaryDirectory() as temporary:
        export(model=str(folder), output_dir=temporary, prefill_lengths=[128], cache_length=context, quantization_recipe="dynamic_wi8_afp32")
        shutil.move(Path(temporary) / "model.litertlm", target)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    export_model(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1024)
