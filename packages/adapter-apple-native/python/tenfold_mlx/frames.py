"""Messages as frames over pipes: lengths, a JSON header, binary values behind it."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

PROTOCOL_VERSION = 3
_PREAMBLE = b"TFHOST" + struct.pack("<H", PROTOCOL_VERSION)
_MOST_HEADER_BYTES = 16 * 1024 * 1024
_MOST_PAYLOAD_BYTES = 1024 * 1024 * 1024
_ALIGNMENT = 8
_ELEMENT_BYTES = {"u8": 1, "i32": 4, "f32": 4}
_NUMBERS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Refusal(Exception):
    """Something that is no frame: nothing after it can be read."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Binary values within a message, little-endian. `kind` is u8, i32 or f32."""

    kind: str
    data: bytes


class Reader:
    """The messages of a stream, whatever pieces it comes in."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._greeted = False

    def next(self) -> Any:
        """The next message. Raises EOFError between two frames, and Refusal."""
        if not self._greeted:
            self._check_preamble()
        lengths = self._stream.read(8)
        if not lengths:
            raise EOFError
        header_bytes, payload_bytes = struct.unpack("<II", self._whole(lengths, 8))
        if header_bytes > _MOST_HEADER_BYTES:
            raise Refusal(f"a header of {header_bytes} bytes; {_MOST_HEADER_BYTES} are allowed")
        if payload_bytes > _MOST_PAYLOAD_BYTES:
            raise Refusal(f"a payload of {payload_bytes} bytes; {_MOST_PAYLOAD_BYTES} are allowed")
        header = _parse_header(self._whole(self._stream.read(header_bytes), header_bytes))
        payload = self._whole(self._stream.read(payload_bytes), payload_bytes)
        return _with_parts(header["message"], header.get("parts", []), payload)

    def _check_preamble(self) -> None:
        start = self._stream.read(len(_PREAMBLE))
        if not start:
            raise EOFError
        if start != _PREAMBLE:
            raise Refusal(f"something else than version {PROTOCOL_VERSION} of the protocol: it begins with {start!r}")
        self._greeted = True

    @staticmethod
    def _whole(data: bytes, length: int) -> bytes:
        if len(data) < length:
            raise Refusal("a frame that is cut off")
        return data


class Writer:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        stream.write(_PREAMBLE)
        stream.flush()

    def send(self, message: Any) -> None:
        """Sends one message; `Numbers` in it go behind the header."""
        parts: list[dict[str, Any]] = []
        payload = bytearray()
        header: dict[str, Any] = {"message": _without_parts(message, [], parts, payload)}
        if parts:
            header["parts"] = parts
        text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode("ascii")
        self._stream.write(struct.pack("<II", len(text), len(payload)) + text)
        self._stream.write(payload)
        self._stream.flush()


def _parse_header(data: bytes) -> dict[str, Any]:
    try:
        header = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal("a header that is not JSON") from error
    if not isinstance(header, dict) or "message" not in header:
        raise Refusal("a header without a message")
    if not isinstance(header.get("parts", []), list):
        raise Refusal("parts that are no list")
    return header


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _with_parts(message: Any, parts: list[Any], payload: bytes) -> Any:
    root = {"message": message}
    for part in parts:
        path = part.get("path") if isinstance(part, dict) else None
        if not isinstance(path, list):
            raise Refusal("a part without a path")
        place: Any = root
        steps = ["message", *path]
        for step in steps[:-1]:
            place = _member(place, step)
        if _member(place, steps[-1]) is not None:
            raise Refusal("a part that has no place in its message")
        place[steps[-1]] = _part_value(part, payload)
    return root["message"]


def _member(place: Any, step: Any) -> Any:
    if isinstance(place, dict) and isinstance(step, str) and step in place:
        return place[step]
    if isinstance(place, list) and type(step) is int and 0 <= step < len(place):
        return place[step]
    raise Refusal("a part that has no place in its message")


def _part_value(part: dict[str, Any], payload: bytes) -> Any:
    kind = part.get("kind")
    if kind == "number":
        name = part.get("value")
        if not isinstance(name, str) or name not in _NUMBERS:
            raise Refusal("a number that has no name")
        return _NUMBERS[name]
    if not isinstance(kind, str) or kind not in _ELEMENT_BYTES:
        raise Refusal("a part of an unknown kind")
    offset, size_bytes = part.get("offset"), part.get("sizeBytes")
    if type(offset) is not int or type(size_bytes) is not int or offset < 0 or size_bytes < 0:
        raise Refusal("a part that lies outside of its payload")
    if size_bytes % _ELEMENT_BYTES[kind] != 0 or offset + size_bytes > len(payload):
        raise Refusal("a part that lies outside of its payload")
    return Numbers(kind, payload[offset : offset + size_bytes])


def _without_parts(value: Any, path: list[str | int], parts: list[dict[str, Any]], payload: bytearray) -> Any:
    if isinstance(value, Numbers):
        payload.extend(bytes(-len(payload) % _ALIGNMENT))
        parts.append({"path": path, "kind": value.kind, "offset": len(payload), "sizeBytes": len(value.data)})
        payload.extend(value.data)
        return None
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        name = next(name for name, number in _NUMBERS.items() if repr(number) == repr(value))
        parts.append({"path": path, "kind": "number", "value": name})
        return None
    if isinstance(value, dict):
        return {name: _without_parts(one, [*path, name], parts, payload) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_parts(one, [*path, index], parts, payload) for index, one in enumerate(value)]
    return value
