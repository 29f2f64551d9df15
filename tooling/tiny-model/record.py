"""Adds files of further formats to manifest.json, leaving the entries of all other folders as they are."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

from paths import MODELS

LARGEST_FILE = 5_000_000
MANIFEST = MODELS / "manifest.json"


def record(exporter: str, packages: list[str], folder: str, descriptions: dict[str, str], checked: str) -> None:
    """`descriptions` says of every file below `folder` what it is; `checked` how that folder was tried, in words."""
    versions = {package: version(package) for package in packages}
    found = sorted(path for path in (MODELS / folder).rglob("*") if path.is_file())
    if {path.relative_to(MODELS / folder).as_posix() for path in found} != set(descriptions):
        raise ValueError(f"{folder} holds {[path.name for path in found]}")
    entries = []
    for path in found:
        content = path.read_bytes()
        if len(content) >= LARGEST_FILE:
            raise ValueError(f"{path.name} has {len(content)} bytes")
        entries.append({
            "path": path.relative_to(MODELS).as_posix(), "sizeBytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
            "what": descriptions[path.relative_to(MODELS / folder).as_posix()], "exporter": exporter, "versions": versions, "checked": checked,
        })
    document = json.loads(MANIFEST.read_text(encoding="utf-8"))
    others = [entry for entry in document["files"] if not entry["path"].startswith(f"{folder}/")]
    document["files"] = sorted(others + entries, key=lambda entry: entry["path"])
    document["totalBytes"] = sum(entry["sizeBytes"] for entry in document["files"])
    MANIFEST.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"{folder}: {[(entry['path'], entry['sizeBytes']) for entry in entries]}", flush=True)
