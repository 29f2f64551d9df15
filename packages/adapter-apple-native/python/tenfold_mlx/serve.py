"""A host's work: one load, then the calls of its sequences, in their order."""

from __future__ import annotations

import os
import queue
import threading
from typing import Any

from .arrays import bytes_of
from .errors import Cancelled, HostError, to_message
from .frames import PROTOCOL_VERSION, Numbers, Reader, Refusal, Writer
from .load_model import Loaded, load
from .load_request import parse_load
from .sequence import Sequence


class Inbox:
    """Messages in their order; a cancel is known at once, also of what is being computed."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._open: set[int] = set()
        self._cancelled: set[int] = set()

    def read(self) -> None:
        """Ends the process with the stream, whatever is being computed."""
        try:
            while True:
                self._take(self._reader.next())
        except EOFError:
            os._exit(0)
        except Refusal as refusal:
            os.write(2, f"The parent sent {refusal}.\n".encode())
            os._exit(1)

    def _take(self, message: Any) -> None:
        number = number_of(message)
        kind = message.get("type") if isinstance(message, dict) else None
        with self._lock:
            if kind == "cancel":
                if number in self._open:
                    self._cancelled.add(number)
                return
            if number is not None:
                self._open.add(number)
        self._messages.put(message)

    def next(self) -> Any:
        return self._messages.get()

    def is_cancelled(self, number: int) -> bool:
        return number in self._cancelled

    def close(self, number: int) -> None:
        with self._lock:
            self._open.discard(number)
            self._cancelled.discard(number)


def serve(inbox: Inbox, writer: Writer) -> None:
    """Answers until the model is disposed of, or cannot be loaded."""
    request = _first_message(inbox, writer)
    try:
        if not isinstance(request, dict) or request.get("type") != "load":
            raise HostError("invalid-input", "A host is asked to load before anything else.")
        last = 0.0

        def progress(fraction: float) -> None:
            nonlocal last
            if fraction - last >= 0.01:
                last = fraction
                writer.send({"type": "progress", "fraction": fraction})

        loaded = load(parse_load(request), progress)
    except BaseException as error:
        writer.send({"type": "refused", "error": to_message(error, "load-failed")})
        return
    Service(loaded, inbox, writer).run()


def _first_message(inbox: Inbox, writer: Writer) -> Any:
    while True:
        message = inbox.next()
        if not isinstance(message, dict) or message.get("type") != "echo":
            return message
        writer.send({"type": "echo", "value": message.get("value")})


class Service:
    def __init__(self, loaded: Loaded, inbox: Inbox, writer: Writer) -> None:
        self._loaded = loaded
        self._inbox = inbox
        self._writer = writer
        self._sequences = dict(enumerate(loaded.sequences))
        self._last_sequence = len(loaded.sequences) - 1

    def run(self) -> None:
        hello = {
            "type": "hello",
            "protocolVersion": PROTOCOL_VERSION,
            "role": "logits",
            "vocabularySize": self._loaded.vocabulary_size,
            "contextSize": self._loaded.context_size,
            "sequences": len(self._sequences),
            "forks": True,
            "memory": self._memory(),
        }
        self._writer.send(hello)
        while True:
            request = self._inbox.next()
            number = number_of(request)
            if number is None:
                # Nobody can be told.
                return
            self._answer(number, request)
            self._inbox.close(number)
            if request.get("name") == "dispose":
                return

    def _answer(self, number: int, request: dict[str, Any]) -> None:
        try:
            if self._inbox.is_cancelled(number):
                return
            result = self._call(number, request)
            self._writer.send({"type": "result", "number": number, "result": result, "memory": self._memory()})
        except Cancelled:
            pass
        except BrokenPipeError:
            raise
        except Exception as error:
            self._writer.send({"type": "error", "number": number, "error": to_message(error, "generation-failed")})

    def _call(self, number: int, request: dict[str, Any]) -> Any:
        arguments = request.get("arguments")
        if request.get("type") != "call" or not isinstance(arguments, dict):
            raise HostError("unsupported-request", "This host computes logits and answers nothing else.")
        match request.get("name"):
            case "forward":
                return self._forward(number, arguments)
            case "truncate":
                return self._sequence(arguments).truncate(_count(arguments, "length"))
            case "fork":
                fork = self._sequence(arguments).fork()
                self._last_sequence += 1
                self._sequences[self._last_sequence] = fork
                return self._last_sequence
            case "release":
                self._sequence(arguments)
                del self._sequences[arguments["sequence"]]
                return None
            case "dispose":
                return None
            case name:
                raise HostError("unsupported-request", f"This host does not offer {name}.")

    def _forward(self, number: int, arguments: dict[str, Any]) -> Numbers:
        sequence = self._sequence(arguments)
        tokens, wanted = arguments.get("tokens"), arguments.get("logits")
        if not isinstance(tokens, Numbers) or tokens.kind != "i32" or wanted not in ("last", "all", "none"):
            raise HostError("invalid-input", "forward takes tokens, 32-bit, and says for which of them it wants logits.")
        ids = memoryview(tokens.data).cast("i").tolist()
        # MLX looks up whatever it is told to.
        if any(not 0 <= one < self._loaded.vocabulary_size for one in ids):
            raise HostError("invalid-input", f"A token is none of the {self._loaded.vocabulary_size} that the model has.")
        rows = sequence.forward(ids, wanted, lambda: self._inbox.is_cancelled(number))
        return Numbers("f32", b"".join(bytes_of(row) for row in rows))

    def _sequence(self, arguments: dict[str, Any]) -> Sequence:
        number = _count(arguments, "sequence")
        if number not in self._sequences:
            raise HostError("invalid-input", f"There is no sequence {number}.")
        return self._sequences[number]

    def _memory(self) -> dict[str, int]:
        return self._loaded.memory.to_message()


def number_of(message: Any) -> int | None:
    number = message.get("number") if isinstance(message, dict) else None
    return number if type(number) is int and number > 0 else None


def _count(arguments: dict[str, Any], name: str) -> int:
    value = arguments.get(name)
    if type(value) is not int or value < 0:
        raise HostError("invalid-input", f"{name} is no whole number.")
    return value
