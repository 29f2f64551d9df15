"""What the parent asks to be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import HostError

_DEFAULT_CONTEXT_SIZE = 4096
_DEFAULT_PIECE_TOKENS = 128


@dataclass(frozen=True, slots=True)
class LoadRequest:
    folder: Path
    context_size: int
    piece_tokens: int
    parallel: int
    memory_limit_bytes: float | None
    accelerator: str | None
    """float32, float16, bfloat16; None: as most of the weights are."""
    precision: str | None
    lora: list[tuple[Path, float]]


def parse_load(message: dict[str, Any]) -> LoadRequest:
    """Raises HostError for what this host cannot do, or cannot read."""
    if message.get("role") != "logits":
        raise HostError("unsupported-request", "This host computes logits and has no other role.")
    options = _object(message, "options")
    more = _object(options, "frameworkOptions", {})
    return LoadRequest(
        folder=_folder_of(_object(message, "model")),
        context_size=_count(options, "contextSize", _DEFAULT_CONTEXT_SIZE),
        piece_tokens=_count(options, "batchSize", _DEFAULT_PIECE_TOKENS),
        parallel=_count(options, "parallel", 1),
        memory_limit_bytes=options.get("memoryLimitBytes"),
        accelerator=options.get("accelerator"),
        precision=more.get("precision"),
        lora=[(Path(one["path"]), float(one.get("scale", 1))) for one in more.get("lora", [])],
    )


def _folder_of(model: dict[str, Any]) -> Path:
    """The folder that the parent made, or the one in which all files lie under their own names."""
    if isinstance(model.get("directory"), str):
        return Path(model["directory"])
    places = [Path(file["location"]) for file in model.get("files", []) if isinstance(file.get("location"), str)]
    config = next((place for place in places if place.name == "config.json"), None)
    if config is None:
        raise HostError("invalid-format", "There is no config.json beside the weights.")
    return config.parent


def _object(parent: dict[str, Any], name: str, default: dict[str, Any] | None = None) -> dict[str, Any]:
    value = parent.get(name, default)
    if not isinstance(value, dict):
        raise HostError("invalid-input", f"{name} is no object.")
    return value


def _count(options: dict[str, Any], name: str, default: int) -> int:
    value = options.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise HostError("invalid-input", f"{name} is no whole number above 0.")
    return value
