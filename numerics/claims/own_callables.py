"""A function of the user's own, from a file or handed over: a network's factory, or a mixing."""

from __future__ import annotations

import hashlib
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sith.numerics.claims.loading import load_file
from sith.numerics.claims.own_modules import digest_of_sources
from sith.theory import InputError, UnknownName
from sith.theory.errors import did_you_mean


@dataclass(frozen=True, slots=True)
class OwnCallable:
    """A function, a class or a module of the user's own, with its name.

    Fields:
        name: `file.py:NAME`, or the name in Python.
        call: what is called.
        digest: of the source, "" where there is none to read.
    """

    name: str
    call: Callable[..., Any]
    digest: str = ""

    def __str__(self) -> str:
        """The name, with what tells two versions of one file apart."""
        return f"{self.name} (source {self.digest[:12]})" if self.digest else self.name


def load_callable(text: str, option: str) -> OwnCallable:
    """Return what `path/to/file.py:NAME` names; the file is code, and is run.

    Arguments:
        text: the file and the name.
        option: the option that it was given for, as it is named in errors.

    Raises:
        InputError: a file that is missing or fails, no name, or a name that it does not define or
            that cannot be called, in one line.
    """
    head, found, name = text.rpartition(".py:")
    if not found or not name.isidentifier():
        raise InputError(f"{option} {text}", cure="write path/to/file.py:NAME")
    path = Path(f"{head}.py").expanduser()
    if not path.is_file():
        raise InputError(f"{option}: the file {path} does not exist")
    own = load_file(path)
    defined = {k: v for k, v in vars(own.module).items() if not k.startswith("__")}
    if name not in defined:
        here = [
            k for k, v in defined.items() if getattr(v, "__module__", "") == own.module.__name__
        ]
        raise UnknownName(
            f"{option}: {path} defines no '{name}'",
            allowed=", ".join(here) or "none",
            cure=did_you_mean(name, here),
        )
    return own_callable(defined[name], option, f"{os.fspath(path)}:{name}", own.sources)


def own_callable(
    call: Any, option: str, name: str = "", sources: dict[str, Path] | Any = ()
) -> OwnCallable:
    """Return a callable under its name; raises `InputError` for a value that cannot be called."""
    if isinstance(call, OwnCallable):
        return call
    known = name or str(getattr(call, "__qualname__", type(call).__qualname__))
    if not callable(call):
        raise InputError(f"{option} {known} is of type {type(call).__name__}, not a function")
    return OwnCallable(known, call, digest_of_sources(sources) if sources else _read(call))


def _read(call: Any) -> str:
    """A digest of the text of a function or class, "" where Python knows none."""
    try:
        text = inspect.getsource(call if hasattr(call, "__qualname__") else type(call))
    except (OSError, TypeError):
        return ""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
