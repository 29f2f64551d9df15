"""How the host says what went wrong: with the codes that all of Tenfold has."""

from __future__ import annotations


class HostError(Exception):
    """An error that its reader can do something about."""

    def __init__(self, code: str, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


class Cancelled(Exception):
    """Nobody waits for the answer any more."""


def to_message(error: BaseException, fallback: str) -> dict[str, str]:
    """The error as the protocol carries it. What no one foresaw has the fallback for its code."""
    if isinstance(error, HostError):
        remedy = {} if error.remedy is None else {"remedy": error.remedy}
        return {"code": error.code, "message": str(error), "framework": "mlx", **remedy}
    text = str(error).strip().split("\n")[0][:500] or type(error).__name__
    code = "out-of-memory" if _is_want_of_memory(error) else fallback
    return {"code": code, "message": f"MLX: {text}", "framework": "mlx"}


def _is_want_of_memory(error: BaseException) -> bool:
    words = str(error).lower()
    return isinstance(error, MemoryError) or any(
        one in words for one in ("bad_alloc", "unable to allocate", "out of memory", "maximum allowed buffer")
    )
