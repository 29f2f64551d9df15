"""What the host needs of mlx-lm: how it loads models and keeps their caches, and nothing else."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def _stand_in(name: str, **members: object) -> None:
    if name not in sys.modules:
        module = ModuleType(name)
        module.__dict__.update(members)
        sys.modules[name] = module


def _without_the_rest() -> None:
    """
    mlx-lm as a package imports transformers and the Hugging Face Hub, 300 MB that take a second to start. The modules that load a model want two
    names of them that they never call; tokenizers, templates and downloads are Tenfold's own.
    """
    spec = importlib.util.find_spec("mlx_lm")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("No module named 'mlx_lm'", name="mlx_lm")
    _stand_in("mlx_lm", __path__=list(spec.submodule_search_locations))
    _stand_in("huggingface_hub", snapshot_download=None)
    _stand_in("mlx_lm.tokenizer_utils", TokenizerWrapper=None, load=None)


@functools.cache
def import_utils() -> ModuleType:
    """The module mlx_lm.utils. Raises ImportError where there is no mlx-lm."""
    _without_the_rest()
    try:
        return importlib.import_module("mlx_lm.utils")
    except ImportError:
        # Another version may need more than this one: then all of it.
        for name in [name for name in sys.modules if name == "huggingface_hub" or name.split(".")[0] == "mlx_lm"]:
            del sys.modules[name]
        return importlib.import_module("mlx_lm.utils")


def import_cache() -> ModuleType:
    return importlib.import_module("mlx_lm.models.cache")


def knows(model_type: str) -> bool:
    """Whether there is an architecture of this name."""
    utils = import_utils()
    name = utils.MODEL_REMAPPING.get(model_type, model_type)
    models = Path(str(utils.__file__)).parent / "models"
    return (models / f"{name}.py").is_file()


def version() -> str:
    return importlib.metadata.version("mlx-lm")
