"""The program: `python -P -m tenfold_mlx`, or with `--probe` what runs here."""

from __future__ import annotations

import os
import signal
import sys
import threading


def _watch_parent() -> None:
    """Descriptor 4 closes with the parent, and then nothing that is being computed is of use to anybody."""
    while os.read(4, 64):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    if "--probe" in sys.argv:
        from .probe import probe

        return probe()
    # Ctrl-C reaches every process of a terminal; the parent decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch_parent, daemon=True).start()

    from .frames import Reader, Writer

    writer = Writer(os.fdopen(3, "wb"))

    from .serve import Inbox, serve

    inbox = Inbox(Reader(os.fdopen(0, "rb", closefd=False)))
    threading.Thread(target=inbox.read, daemon=True).start()
    try:
        serve(inbox, writer)
    except BrokenPipeError:
        # The parent is gone.
        pass
    # Native threads have nothing to say any more.
    os._exit(0)


if __name__ == "__main__":
    main()
