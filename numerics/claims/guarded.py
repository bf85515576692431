"""A user's code may end in any way: none of them ends the process or passes for an answer."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class Exited(BaseException):
    """Code of a claim file called `os._exit`; no `except Exception` of that file takes it."""


class Interrupted(KeyboardInterrupt):
    """SIGINT or SIGTERM, as the command line raises them.

    A user's code may raise `KeyboardInterrupt` of its own, which is no signal.
    """

    def __init__(self, number: int = signal.SIGINT) -> None:
        """Keep the number of the signal."""
        super().__init__(signal.Signals(number).name)
        self.number = number


def raise_interrupted(number: int, _frame: FrameType | None) -> NoReturn:
    """Raise `Interrupted`: the handler of both signals while a command runs."""
    raise Interrupted(number)


def may_be_a_signal(error: KeyboardInterrupt) -> bool:
    """Whether an interrupt may come from a signal; all may where another handler is in place."""
    apart = (raise_interrupted, signal.SIG_IGN)
    return isinstance(error, Interrupted) or signal.getsignal(signal.SIGINT) not in apart


@contextmanager
def guarded() -> Iterator[None]:
    """Turn `os._exit` into `Exited`, and go back to the working folder afterwards.

    A forked child of this process still exits as it means to.
    """
    real, owner, folder = os._exit, os.getpid(), _folder()

    def refused(status: int) -> NoReturn:
        if os.getpid() != owner:
            real(status)
        raise Exited(f"os._exit({status!r}) was called")

    os._exit = refused
    try:
        yield
    finally:
        os._exit = real
        if folder and _folder() != folder:
            os.chdir(folder)


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""  # it was removed; there is nowhere to go back to
