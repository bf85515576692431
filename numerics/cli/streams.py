"""Standard streams that are closed, full, or whose reader has gone: none of these is an answer."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

FULL = "standard output cannot be written"


def open_standard() -> None:
    """Put the null device in place of standard streams that were closed before the program began.

    A file that is opened later would else get the number of such a stream, and what a library
    writes there.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    if sys.stdout is None:
        sys.stdout = _null()
    if sys.stderr is None:
        sys.stderr = _null()


def put(stream: TextIO, text: str) -> str:
    """Write and flush; return "" or, where the stream is full, why it could not be written.

    A stream that is closed, or whose reader has gone away, is no error.
    """
    try:
        stream.write(text)
        stream.flush()
    except (BrokenPipeError, ValueError, AttributeError):
        silence(stream)
    except OSError as error:
        silence(stream)
        return error.strerror or str(error)
    return ""


def silence(stream: TextIO) -> None:
    """Point a stream at the null device, so that the interpreter's last flush is quiet."""
    with suppress(OSError, ValueError, AttributeError):
        opened = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(opened, stream.fileno())
        finally:
            os.close(opened)
        return
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is stream:
            setattr(sys, name, _null())


def _null() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


class Forgiving(io.TextIOBase):
    """Standard error for what a command or a claim file prints: it can be full, and not be closed."""

    def write(self, text: str) -> int:
        """Write to standard error, if that can be written."""
        put(sys.stderr, text)
        return len(text)

    def writable(self) -> bool:
        """It is a stream to write to."""
        return True

    def flush(self) -> None:
        """Every write is flushed."""

    def close(self) -> None:
        """Stay open: the stream is not of the one who prints."""

    def isatty(self) -> bool:
        """Say what standard error is."""
        with suppress(ValueError, AttributeError):
            return sys.stderr.isatty()
        return False

    def fileno(self) -> int:
        """Return the number of standard error."""
        return sys.stderr.fileno()
