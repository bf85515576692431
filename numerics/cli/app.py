"""The command `sith`: parsing and printing. Each command is one call of the Python interface."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, cast

import typer
from typer.main import get_command

from sith.numerics.claims.guarded import raise_interrupted
from sith.numerics.cli.certificates import verify_command
from sith.numerics.cli.claims import list_command, new_command, show_command
from sith.numerics.cli.classify import classify_command
from sith.numerics.cli.data import compare_command, diagnose_command, score_command
from sith.numerics.cli.invariants import invariants_command
from sith.numerics.cli.output import fail, interrupted, note, write
from sith.numerics.cli.search import audit_command, refute_command
from sith.numerics.cli.streams import FULL, open_standard, silence
from sith.numerics.cli.studies import report_command, study_command, sweep_command
from sith.numerics.cli.verbs import check_command, derive_command

COMMANDS: dict[str, Callable[..., int]] = {
    "list": list_command,
    "show": show_command,
    "derive": derive_command,
    "verify": verify_command,
    "classify": classify_command,
    "invariants": invariants_command,
    "check": check_command,
    "audit": audit_command,
    "refute": refute_command,
    "score": score_command,
    "compare": compare_command,
    "diagnose": diagnose_command,
    "study": study_command,
    "sweep": sweep_command,
    "report": report_command,
    "new": new_command,
}
"""Every command, in the order of the help."""

COMPLETE = "_SITH_COMPLETE"
"""Shells ask for completions through this variable: `_SITH_COMPLETE=source_bash sith` is the script."""

# The base of every error that typer itself raises: BadParameter < UsageError < ClickException.
_UsageError = cast("type[Exception]", typer.BadParameter.__mro__[2])

app = typer.Typer(
    name="sith",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback(invoke_without_command=True)
def _top(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Identifiability theory of self-supervised learning: state a claim, derive it, check it.

    CLAIM is a slug from `sith list`, or path/to/file.py:NAME for a claim in a file of your own.

    Exit status: 0 the claim holds, 1 it does not, 2 usage or input error or a mis-specified
    claim, 3 undecided.

    Example: sith derive zimmermann_2021_vmf
    """
    if show_version:
        raise typer.Exit(_said(f"sith {_version()}\n"))
    if context.invoked_subcommand is None:
        raise typer.Exit(_said(context.get_help() + "\n"))


def _said(text: str) -> int:
    """Write to standard output, and return the exit status."""
    full = write(text)
    if full:
        note(f"error: {FULL}: {full}")
    return 2 if full else 0


def _version() -> str:
    try:
        return version("sith-ident")
    except PackageNotFoundError:
        return "(not installed)"


for _name, _command in COMMANDS.items():
    app.command(_name)(_command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; `argv` is without the program's name."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _end_at_once()
    if COMPLETE in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    open_standard()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            with suppress(OSError, ValueError):
                stream.reconfigure(errors="backslashreplace")
    with _signals():
        return _main(arguments)


@cache
def _end_at_once() -> None:
    """Leave out the last collection of garbage: with torch and sympy loaded it takes a second."""
    atexit.register(gc.freeze)


def _main(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    try:
        status = get_command(app).main(arguments, prog_name="sith", standalone_mode=False)
    except _UsageError as error:
        return fail(_one_line(error), as_json)
    except KeyboardInterrupt as error:
        return interrupted(error, as_json)
    except typer.Abort:
        return interrupted(KeyboardInterrupt(), as_json)
    except BrokenPipeError:
        silence(sys.stdout)
        return 0
    except OSError as error:
        silence(sys.stdout)
        note(f"error: {FULL}: {error.strerror or error}")
        return 2
    return status if isinstance(status, int) else 0


@contextmanager
def _signals() -> Iterator[None]:
    """Raise `Interrupted` on SIGINT and SIGTERM while a command runs, where nobody else minds them.

    Only the main thread may say so. A signal that was ignored, as under nohup, stays ignored.
    """
    usual: dict[signal.Signals, Any] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
    }
    ours = threading.current_thread() is threading.main_thread()
    taken = [n for n, handler in usual.items() if ours and signal.getsignal(n) == handler]
    for number in taken:
        signal.signal(number, raise_interrupted)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, usual[number])


def _one_line(error: Exception) -> str:
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    return f"{text.rstrip('.')}; see `{context.command_path if context else 'sith'} --help`"
