"""What runs here, as one line of JSON."""

from __future__ import annotations

import importlib.metadata
import json
import platform


def probe() -> None:
    import mlx.core as mx

    from . import mlx_lm_parts

    mlx_lm_parts.import_utils()
    found = {
        "python": platform.python_version(),
        "mlx": importlib.metadata.version("mlx"),
        "mlxLm": mlx_lm_parts.version(),
        "metal": mx.metal.is_available(),
    }
    print(json.dumps(found))
